/** Colours of series and classes, which the style sheet defines as `--series-0` to `--series-9`. */
export const palette = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** The colours as the canvas takes them, in the theme of an element. */
export function paletteOf(element: Element): string[] {
  const style = getComputedStyle(element);
  return palette.map((at) => style.getPropertyValue(`--series-${at}`).trim());
}
