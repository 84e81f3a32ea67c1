import { stream } from "../runtime/random.js";

/** Ways to make images of 8 × 8 pixels worse by a known degree. */

const clip = (value: number) => Math.min(1, Math.max(0, value));

/** Clipped, as images are: a polynomial kernel hardly sees noise that leaves the means alone. */
export function withNoise(pixelsUnit: Float64Array, share: number): Float64Array {
  const noise = new Float64Array(pixelsUnit.length);
  stream(1, "noise").normal(noise);
  return pixelsUnit.map((value, at) => clip(value + share * noise[at]));
}

/** Each pixel between itself and the mean of its neighbours, as many times as told. */
export function withBlur(pixelsUnit: Float64Array, times: number): Float64Array {
  let values = pixelsUnit;
  for (let pass = 0; pass < times; pass++) {
    const before = values;
    values = before.map((value, at) => {
      const [row, column] = [(at >> 3) & 7, at & 7];
      const near = [
        row > 0 ? before[at - 8] : 0,
        row < 7 ? before[at + 8] : 0,
        column > 0 ? before[at - 1] : 0,
        column < 7 ? before[at + 1] : 0,
      ];
      return value / 2 + near.reduce((a, b) => a + b, 0) / 8;
    });
  }
  return values;
}
