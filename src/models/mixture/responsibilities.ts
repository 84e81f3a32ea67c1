import type { SampleRequest } from "../../core/driven.js";
import { temperedLogProbs } from "../../nn/temperature.js";
import { stream } from "../../runtime/random.js";

/** log Σ eˣ of a row. */
export function logSumExp(row: Float64Array): number {
  const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** A smaller share of an image does not change any sum. */
export const NEGLIGIBLE = 1e-18;

/** Posterior probabilities of the components of each image: [size, M] */
export function posterior(logProbs: Float64Array, components: number): Float64Array {
  const shares = logProbs.slice();
  for (let first = 0; first < shares.length; first += components) {
    const row = shares.subarray(first, first + components);
    const total = logSumExp(row);
    row.forEach((value, component) => {
      row[component] = Math.exp(value - total);
    });
  }
  return shares;
}

/**
 * Draws a component for each image, at a temperature that divides the logits; at 0 the likeliest.
 *
 * @param logProbs  [size, M]
 */
export function chooseComponents(
  logProbs: Float64Array,
  components: number,
  { seed, first, size, temperature }: SampleRequest,
  name: string,
): Int32Array {
  const logits = new Float64Array(logProbs.length);
  for (let at = 0; at < logits.length; at += components) {
    logits.set(temperedLogProbs(logProbs.subarray(at, at + components), temperature), at);
  }
  const chosen = new Int32Array(size);
  stream(seed, name).categorical(chosen, logits, components, first);
  return chosen;
}

/** The same row, `size` times. */
export function repeated(row: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size * row.length }, (_, at) => row[at % row.length]);
}

/** Shares that assign each image to one component: [size, M] */
export function allToOne(chosen: Int32Array, components: number): Float64Array {
  const shares = new Float64Array(chosen.length * components);
  chosen.forEach((component, image) => {
    shares[image * components + component] = 1;
  });
  return shares;
}
