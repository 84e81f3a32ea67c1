/** A place on a surface: both coordinates in [0, 1], from the left and from the top. */
export type Place = readonly [x: number, y: number];
