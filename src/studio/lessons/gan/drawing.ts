import type { Upload } from "../../engine/upload.js";
import { placesOf } from "../places.js";

/** Points of a drawing that are kept. */
export const MOST_POINTS = 300;
/** Training points for each painted one, spread around it. */
const COPIES = 64;
/** Standard deviation of the spread, as a share of the side. */
const SPREAD = 0.012;

/** Training images of 1×1×2: each point of a drawing with a little normal noise, always the same. */
export function uploadOf(drawing: string): Upload | undefined {
  const points = placesOf(drawing);
  if (points.length === 0) return undefined;
  const pixels = new Uint8Array(2 * COPIES * points.length);
  for (let at = 0; at < COPIES * points.length; at++) {
    const [x, y] = points[at % points.length];
    // Evenly spread pairs instead of random ones (additive recurrence with the plastic number).
    const radius = Math.sqrt(-2 * Math.log(1 - ((at * 0.7548776662) % 1)));
    const angle = 2 * Math.PI * ((at * 0.5698402909) % 1);
    pixels[2 * at] = byteOf(x + SPREAD * radius * Math.cos(angle));
    pixels[2 * at + 1] = byteOf(y + SPREAD * radius * Math.sin(angle));
  }
  return { kind: "images", name: "drawing", channels: 1, height: 1, width: 2, pixels };
}

const byteOf = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));
