import { type ImageShape, pixelsPerImage } from "../../../core/batch.js";
import { bernoulli, temperedLogits } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import { add, greater, mul, softplus, sub, where } from "../../../tensor/ops/elementwise.js";
import { sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { logZOfIndependent } from "../base.js";
import type { Clamp, GibbsMachine, Walk, WalkOptions } from "../gibbs-machine.js";
import type { RbmConfig } from "./config.js";
import {
  BASE_NAME,
  hiddenLogits,
  hiddenPull,
  type Machine,
  machineOf,
  SCOPE,
  visibleEnergy,
} from "./machine.js";

/** Modifies the distribution to sample from. */
export interface Tempering {
  /** Scalar β in [0, 1], see {@link GibbsMachine}. */
  readonly beta?: Tensor;
  /** Scalar T ≥ 0, see src/nn/temperature.ts: applied to each unit given the others. */
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
  const spread = temperature === undefined ? eps : mul(eps, temperature);
  return { mean: input, drawn: add(input, spread) };
}

/** (1 − β) · base + β · b: [V] or [N, V] */
function biasAt({ base, visibleBias }: Machine, beta: Tensor | undefined): Tensor {
  if (beta === undefined) return visibleBias;
  return add(base, mul(sub(visibleBias, base), beta));
}

/** The machine as it is sampled; the state between two steps is v. @param classes  K; 0 without */
export function gibbsMachine(config: RbmConfig, image: ImageShape, classes = 0): GibbsMachine {
  const pixels = pixelsPerImage(image);
  return {
    id: SCOPE,
    pixels,
    units: pixels,
    classes,
    sampleSteps: config.sampleSteps,
    mostSteps: 10,
    walk: (scope, state, betas, options) =>
      walk(scope, machineOf(scope, config, image, options), state, betas, options),
    logZOfBase: (values) => logZOfBase(values, config, pixels),
  };
}

/** log Z at β = 0, where all units are independent and hidden ones are 1 with probability ½. */
function logZOfBase(values: StateValues, { hidden, std, visible }: RbmConfig, pixels: number) {
  if (visible === "binary") return logZOfIndependent(values, BASE_NAME, hidden);
  return hidden * Math.LN2 + (pixels / 2) * Math.log(2 * Math.PI * std * std);
}

/**
 * A sequence of Gibbs steps v → h → v, each at its own β.
 *
 * @param v      [N, V]
 * @param betas  [steps + 1] the β of the distribution that v was drawn from, then that of each step
 */
function walk(
  scope: Scope,
  machine: Machine,
  v: Tensor,
  betas: Tensor,
  { temperature, clamp }: WalkOptions = {},
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
  return { state, mean, logRatio: ratios.reduce(add) };
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
