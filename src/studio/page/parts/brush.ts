import type { SessionInfo } from "../../engine/engine.js";

/** The pixels around a point that a round brush covers, with how strongly: 1 in the middle. */
export function brushed(
  [x, y]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
  radius: number,
): { readonly at: number; readonly strength: number }[] {
  const found: { at: number; strength: number }[] = [];
  const reach = Math.ceil(radius);
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
      const strength = Math.min(1, radius + 0.5 - Math.hypot(column - x, row - y));
      if (strength > 0) found.push({ at: row * width + column, strength });
    }
  }
  return found;
}

/** A radius in keeping with the size of an image: half a pixel for 8 by 8, two for 28 by 28. */
export const radiusFor = (side: number): number => Math.max(0.6, side / 16);

/** An image with ink around a point; of black and white images the ink is whole or none. */
export function inked(
  pixels: Float32Array,
  point: readonly [number, number],
  { channels, height, width, levels }: SessionInfo,
): Float32Array {
  const next = pixels.slice();
  const plane = width * height;
  for (const { at, strength } of brushed(point, { width, height }, radiusFor(width))) {
    for (let channel = 0; channel < channels; channel++) {
      const ink = Math.max(next[channel * plane + at], strength);
      next[channel * plane + at] = levels === 2 ? Number(ink >= 0.5) : ink;
    }
  }
  return next;
}
