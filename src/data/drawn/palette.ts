/** Red, green and blue in [0, 1]. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of drawn sets, distinguishable even with the jitter of {@link tinted}. */
export const palette: Readonly<Record<string, Rgb>> = {
  red: [0.87, 0.16, 0.16],
  orange: [0.96, 0.55, 0.1],
  yellow: [0.95, 0.88, 0.2],
  green: [0.2, 0.68, 0.26],
  cyan: [0.25, 0.82, 0.86],
  blue: [0.2, 0.33, 0.92],
  purple: [0.62, 0.28, 0.82],
  white: [0.93, 0.93, 0.93],
};

export const colourNames: readonly string[] = Object.keys(palette);

const JITTER = 0.06;

/** A colour near one of the palette. @param u  three numbers in [0, 1) */
export function tinted(colour: number, u: ArrayLike<number>): Rgb {
  const [red, green, blue] = palette[colourNames[colour]];
  const near = (channel: number, at: number) =>
    Math.min(1, Math.max(0, channel + JITTER * (2 * u[at] - 1)));
  return [near(red, 0), near(green, 1), near(blue, 2)];
}
