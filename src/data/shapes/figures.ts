/**
 * Approximate signed distance of a point to a figure of radius 1 around the origin, negative
 * inside; y grows downwards.
 */
export type Figure = (x: number, y: number) => number;

const TURN = 2 * Math.PI;

/** A regular polygon with one side at the bottom: the distance to its farthest side line. */
const polygon =
  (sides: number, apothem: number): Figure =>
  (x, y) => {
    let farthest = Number.NEGATIVE_INFINITY;
    for (let side = 0; side < sides; side++) {
      const angle = Math.PI / 2 + (side * TURN) / sides;
      farthest = Math.max(farthest, x * Math.cos(angle) + y * Math.sin(angle) - apothem);
    }
    return farthest;
  };

const POINTS = 5;
const INNER = 0.45;

/** A star with a tip at the top: in each tenth of the circle, one side bounds it. */
const star: Figure = (x, y) => {
  const half = TURN / POINTS / 2;
  const angle = Math.atan2(x, -y);
  const folded = Math.abs(((((angle + half) % TURN) + TURN) % (2 * half)) - half);
  const radius = Math.hypot(x, y);
  const [px, py] = [radius * Math.cos(folded), radius * Math.sin(folded)];
  // The side from the tip (1, 0) to the notch between two tips.
  const [nx, ny] = [INNER * Math.cos(half), INNER * Math.sin(half)];
  const length = Math.hypot(1 - nx, ny);
  return ((px - 1) * ny + py * (1 - nx)) / length;
};

const ARM = 0.34;

const cross: Figure = (x, y) => {
  const [across, along] = [Math.min(Math.abs(x), Math.abs(y)), Math.max(Math.abs(x), Math.abs(y))];
  return Math.max(across - ARM, along - 0.95);
};

const HALF_WIDTH = 0.22;

/** The figures, with about the same visual size. */
export const figures: Readonly<Record<string, Figure>> = {
  circle: (x, y) => Math.hypot(x, y) - 0.9,
  square: polygon(4, 0.78),
  triangle: (x, y) => polygon(3, 0.55)(x, y - 0.2),
  star,
  cross,
  ring: (x, y) => Math.abs(Math.hypot(x, y) - (0.95 - HALF_WIDTH)) - HALF_WIDTH,
};
