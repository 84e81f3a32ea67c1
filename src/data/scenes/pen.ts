import type { Strokes } from "./strokes.js";

/**
 * Draws strokes with a round pen.
 *
 * @param radius    radius of the pen in pixels
 * @param coverage  [side × side] share of each pixel that ink covers, in [0, 1]; only increases
 */
export function drawStrokes(
  { x, y, segments }: Strokes,
  radius: number,
  side: number,
  coverage: Float32Array,
): void {
  const reach = radius + 0.5;
  for (let i = 0; i < segments.length; i += 2) {
    const a = segments[i];
    const b = segments[i + 1];
    const ax = x[a];
    const ay = y[a];
    const dx = x[b] - ax;
    const dy = y[b] - ay;
    const squared = dx * dx + dy * dy;
    const firstRow = Math.max(0, Math.floor(Math.min(ay, ay + dy) - reach));
    const lastRow = Math.min(side - 1, Math.floor(Math.max(ay, ay + dy) + reach));
    const first = Math.max(0, Math.floor(Math.min(ax, ax + dx) - reach));
    const last = Math.min(side - 1, Math.floor(Math.max(ax, ax + dx) + reach));
    for (let row = firstRow; row <= lastRow; row++)
      for (let column = first; column <= last; column++) {
        const px = column + 0.5 - ax;
        const py = row + 0.5 - ay;
        const along = squared === 0 ? 0 : (px * dx + py * dy) / squared;
        const t = Math.min(1, Math.max(0, along));
        const distance = Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2);
        const covered = Math.min(1, reach - distance);
        const at = row * side + column;
        if (covered > coverage[at]) coverage[at] = covered;
      }
  }
}
