import { bernoulli, temperedLogits } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, greater, mul, softplus, sqrt, sub, where } from "../../../tensor/ops/elementwise.js";
import { sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { hiddenLogits, hiddenPull, type Machine, visibleEnergy } from "./machine.js";

/** Modifies the distribution to sample from. */
export interface Tempering {
  /**
   * Scalar β in [0, 1]: p* ∝ e^−E with weights and hidden biases multiplied by β, and visible biases
   * interpolated from `base` (at 0) to the machine's own (at 1). At 0 all units are independent.
   */
  readonly beta?: Tensor;
  /** Scalar T ≥ 0: samples p^(1/T). */
  readonly temperature?: Tensor;
}

/** Visible units given hidden ones: [N, V] each. */
interface Visible {
  readonly mean: Tensor;
  readonly drawn: Tensor;
}

const tempered = (logits: Tensor, temperature: Tensor | undefined): Tensor =>
  temperature === undefined ? logits : temperedLogits(logits, temperature);

/**
 * h ~ p(h|v).
 *
 * @param logits  [N, H] of p(h|v), see {@link hiddenLogits}
 */
export function drawHidden(
  scope: Scope,
  name: string,
  logits: Tensor,
  { beta, temperature }: Tempering = {},
): Tensor {
  const scaled = tempered(beta === undefined ? logits : mul(logits, beta), temperature);
  return bernoulli(scaled).sample(scope.noise(name, logits.shape, "uniform"));
}

/** p(v|h), and a draw from it. @param h  [N, H] */
export function drawVisible(
  scope: Scope,
  name: string,
  machine: Machine,
  h: Tensor,
  { beta, temperature }: Tempering = {},
): Visible {
  const pull = hiddenPull(machine, h);
  const input = add(beta === undefined ? pull : mul(pull, beta), biasAt(machine, beta));
  if (machine.std === undefined) {
    const pixels = bernoulli(tempered(input, temperature));
    return { mean: pixels.mean(), drawn: pixels.sample(scope.noise(name, input.shape, "uniform")) };
  }
  const eps = mul(scope.noise(name, input.shape, "normal"), machine.std);
  const spread = temperature === undefined ? eps : mul(eps, sqrt(temperature));
  return { mean: input, drawn: add(input, spread) };
}

/** (1 − β) · base + β · b: [V] */
function biasAt({ base, visibleBias }: Machine, beta: Tensor | undefined): Tensor {
  if (beta === undefined) return visibleBias;
  return add(base, mul(sub(visibleBias, base), beta));
}

/** Pixels to keep fixed: [N, V] each. */
export interface Clamp {
  readonly given: Tensor;
  /** 1 for a given pixel, else 0. */
  readonly known: Tensor;
}

interface Walk {
  readonly v: Tensor;
  readonly mean: Tensor;
  /**
   * [N] Σₜ log p*(βₜ₊₁, vₜ) − log p*(βₜ, vₜ) with vₜ the state before each step: the log weight of
   * annealed importance sampling.
   */
  readonly logRatio: Tensor;
}

/**
 * A sequence of Gibbs steps v → h → v, each at its own β.
 *
 * @param v      [N, V]
 * @param betas  [steps + 1] the β of the distribution that v was drawn from, then that of each step
 */
export function walk(
  scope: Scope,
  machine: Machine,
  v: Tensor,
  betas: Tensor,
  { temperature, clamp }: { readonly temperature?: Tensor; readonly clamp?: Clamp } = {},
): Walk {
  const count = Number(betas.shape[0]);
  const betaAt = (step: number) => squeeze(sliceAxis(betas, 0, { start: step, end: step + 1 }), 0);
  let state = v;
  let mean = v;
  const ratios: Tensor[] = [];
  for (let step = 1; step < count; step++) {
    const [from, beta] = [betaAt(step - 1), betaAt(step)];
    const logits = hiddenLogits(machine, state);
    ratios.push(logRatio(machine, state, logits, from, beta));
    const tempering = { beta, ...(temperature && { temperature }) };
    const h = drawHidden(scope, `hidden${step}`, logits, tempering);
    const next = drawVisible(scope, `visible${step}`, machine, h, tempering);
    state = clamp === undefined ? next.drawn : clamped(next.drawn, clamp);
    mean = next.mean;
  }
  return { v: state, mean, logRatio: ratios.reduce(add) };
}

const clamped = (v: Tensor, { given, known }: Clamp): Tensor =>
  where(greater(known, 0.5), given, v);

/** log p*(to, v) − log p*(from, v) for annealed machines: [N] */
function logRatio(
  { base, visibleBias, std }: Machine,
  v: Tensor,
  logits: Tensor,
  from: Tensor,
  to: Tensor,
): Tensor {
  const rise = sub(visibleEnergy(base, v, std), visibleEnergy(visibleBias, v, std));
  // Subtract before summing: the sums are large compared with the change by a small step of β.
  const hidden = sub(softplus(mul(logits, to)), softplus(mul(logits, from)));
  return add(mul(rise, sub(to, from)), sum(hidden, -1));
}
