import { div, equal, greater, lessEqual, maximum, where } from "../tensor/ops/elementwise.js";
import { expandDims, reshape, resolveAxis } from "../tensor/ops/rearrange.js";
import { argMax } from "../tensor/ops/reduction.js";
import { constant, range, type Tensor } from "../tensor/tensor.js";

/*
 * At temperature T, samplers draw discrete values from p^(1/T) instead of p, and multiply the standard
 * deviation or scale of real values by T. T = 0 is the limit: all mass on the mode. Every sampler tempers
 * its logits with the functions of this file, in a graph or on the host, and then draws as usual.
 */

/** Temperatures up to this one count as 0, because logits divided by less could leave float32. */
const COLDEST = 1e-6;
/** Whether a temperature counts as 0, on the host. */
export const countsAsZero = (temperature: number): boolean => temperature <= COLDEST;

/** Log-odds whose probabilities are exactly 0 and 1 in float32 and in float64. */
const CERTAIN = 1e4;

/** Whether a temperature counts as 0, as a bool tensor. */
export const isCold = (temperature: Tensor): Tensor => lessEqual(temperature, COLDEST);

/**
 * Log-odds of a Bernoulli variable at a temperature.
 *
 * @param logits       log p(1) − log p(0), any shape
 * @param temperature  float scalar ≥ 0; at 0 the likelier value is certain, which is 0 for equal odds
 * @returns            finite for finite logits
 */
export function temperedLogits(logits: Tensor, temperature: Tensor): Tensor {
  const mode = certain(greater(logits, 0), logits);
  return where(isCold(temperature), mode, div(logits, maximum(temperature, COLDEST)));
}

/**
 * Logits of a categorical variable at a temperature.
 *
 * @param logits       unnormalised log-probabilities, classes along `axis`; −∞ rules a class out
 * @param temperature  float scalar ≥ 0; at 0 the likeliest class is certain, the first of equals
 * @param axis         of the classes; the last by default
 */
export function temperedClassLogits(logits: Tensor, temperature: Tensor, axis = -1): Tensor {
  const position = resolveAxis("temperedClassLogits", axis, logits.shape);
  const classes = logits.shape[position] as number;
  const numbers = reshape(
    range(classes, "int64"),
    logits.shape.map((_, other) => (other === position ? classes : 1)),
  );
  const isMode = equal(numbers, expandDims(argMax(logits, position), position));
  const mode = certain(isMode, logits);
  return where(isCold(temperature), mode, div(logits, maximum(temperature, COLDEST)));
}

const certain = (isTrue: Tensor, { dtype }: Tensor): Tensor =>
  where(isTrue, constant(CERTAIN, [], dtype), constant(-CERTAIN, [], dtype));

/** {@link temperedLogits} of a number on the host; ±∞ at temperature 0. */
export function temperedLogit(logit: number, temperature: number): number {
  if (temperature > COLDEST) return logit / temperature;
  return logit > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/**
 * {@link temperedClassLogits} on the host.
 *
 * @param logProbs  [K] unnormalised, −∞ for impossible classes
 * @returns         [K] unnormalised, the largest 0; a row without any possible class stays as it is
 */
export function temperedLogProbs(logProbs: ArrayLike<number>, temperature: number): Float64Array {
  // Plain loops, as samplers come here once for each symbol of each image.
  const row = new Float64Array(logProbs);
  let best = 0;
  for (let at = 1; at < row.length; at++) if (row[at] > row[best]) best = at;
  const largest = row[best];
  if (!(largest > Number.NEGATIVE_INFINITY)) return row;
  const isCold = countsAsZero(temperature);
  for (let at = 0; at < row.length; at++) {
    const cold = at === best ? 0 : Number.NEGATIVE_INFINITY;
    row[at] = isCold ? cold : (row[at] - largest) / temperature;
  }
  return row;
}
