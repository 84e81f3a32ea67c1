/** Sets the colour of a state: the palette's, and then the same again, paler. */
export function colourByState(
  context: CanvasRenderingContext2D,
  colours: readonly string[],
  state: number,
): void {
  context.fillStyle = colours[state % colours.length];
  context.globalAlpha = state < colours.length ? 1 : 0.5;
}
