import { type ImageShape, pixelsPerImage } from "../../../core/batch.js";
import { bernoulli, temperedLogits } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, greater, mul, softplus, sub, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { concat, sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { logZOfIndependent } from "../base.js";
import type { Clamp, GibbsMachine, Walk, WalkOptions } from "../gibbs-machine.js";
import { type Colouring, colour } from "./colouring.js";
import type { BoltzmannConfig } from "./config.js";
import { betweenHidden, betweenPixels } from "./connections.js";
import {
  BASE_NAME,
  hiddenField,
  layerScore,
  type Machine,
  machineOf,
  SCOPE,
  stateOf,
  type Units,
  unitsOf,
} from "./machine.js";

/** The order in which the units of both layers are drawn. */
interface Order {
  readonly visible: Colouring;
  readonly hidden: Colouring;
}

export const orderOf = (config: BoltzmannConfig, image: ImageShape): Order => ({
  visible: colour(pixelsPerImage(image), betweenPixels(config, image)),
  hidden: colour(config.hidden, betweenHidden(config, image)),
});

/** Groups of units to be drawn in one program, at most, unless a step has more. */
const GROUPS_A_RUN = 128;

/** The machine as it is sampled; the state between two steps is v followed by h. */
export function gibbsMachine(config: BoltzmannConfig, image: ImageShape): GibbsMachine {
  const pixels = pixelsPerImage(image);
  const order = orderOf(config, image);
  const groups = order.visible.ends.length + order.hidden.ends.length;
  return {
    id: SCOPE,
    pixels,
    units: pixels + config.hidden,
    classes: 0,
    sampleSteps: config.sampleSteps,
    mostSteps: Math.max(1, Math.floor(GROUPS_A_RUN / groups)),
    walk: (scope, state, betas, options) =>
      walk(scope, machineOf(scope, config, image), order, state, betas, options),
    logZOfBase: (values) => logZOfIndependent(values, BASE_NAME, config.hidden),
  };
}

/** One Gibbs step: all hidden units given the pixels, then all pixels. `mean` is that of each pixel. */
export function gibbsStep(
  scope: Scope,
  step: number,
  machine: Machine,
  order: Order,
  { v, h }: Units,
  { beta, temperature, clamp }: WalkOptions & { readonly beta?: Tensor } = {},
): Units & { readonly mean: Tensor } {
  const { visibleBias, base, lateral, hidden } = machine;
  const tempered = (field: Tensor) => (beta === undefined ? field : mul(field, beta));
  const tempering = { ...(beta && { beta }), ...(temperature && { temperature }) };
  const drawn =
    hidden &&
    h &&
    drawLayer(scope, `hidden${step}`, order.hidden, h, {
      field: tempered(hiddenField(hidden, v)),
      lateral: hidden.lateral,
      ...tempering,
    }).drawn;
  const bias = beta === undefined ? visibleBias : add(base, mul(sub(visibleBias, base), beta));
  const field =
    hidden && drawn
      ? add(tempered(matmul(drawn, hidden.weight, { transposeB: true })), bias)
      : bias;
  const pixels = drawLayer(scope, `visible${step}`, order.visible, v, {
    field,
    lateral,
    ...tempering,
    ...(clamp && { clamp }),
  });
  return { v: pixels.drawn, h: drawn, mean: pixels.mean };
}

interface Conditional extends WalkOptions {
  /** [N, K], or [K] for all alike: log-odds of the units where all others of the layer are 0. */
  readonly field: Tensor;
  /** [K, K] */
  readonly lateral: Tensor | undefined;
  /** Multiplies the lateral weights. */
  readonly beta?: Tensor;
}

/** Draws the units of a layer, group after group, each given the latest values of all others. */
function drawLayer(
  scope: Scope,
  name: string,
  { order, place, ends }: Colouring,
  units: Tensor,
  { field, lateral, beta, temperature, clamp }: Conditional,
): { readonly drawn: Tensor; readonly mean: Tensor } {
  const sorted = order.every((unit, position) => unit === position);
  const arranged = (x: Tensor, by: readonly number[], axis: number) =>
    sorted ? x : gather(x, constant(by, [by.length], "int32"), axis);
  const byGroup = (x: Tensor) => arranged(x, order, x.shape.length - 1);
  const uniform = byGroup(scope.noise(name, units.shape, "uniform"));
  const fields = byGroup(field);
  const weights = lateral && arranged(byGroup(lateral), order, 0);
  const kept = clamp && { given: byGroup(clamp.given), known: byGroup(clamp.known) };
  let state = byGroup(units);
  const means: Tensor[] = [];
  ends.forEach((end, group) => {
    const range = { start: group === 0 ? 0 : ends[group - 1], end };
    const columns = (x: Tensor) => sliceAxis(x, x.shape.length - 1, range);
    const pull = weights && matmul(state, sliceAxis(weights, 0, range), { transposeB: true });
    const pulled = pull && (beta === undefined ? pull : mul(pull, beta));
    const logits = pulled === undefined ? columns(fields) : add(columns(fields), pulled);
    const next = bernoulli(
      temperature === undefined ? logits : temperedLogits(logits, temperature),
    );
    means.push(next.mean());
    const drawn = next.sample(columns(uniform));
    state = replaced(state, range, kept === undefined ? drawn : clamped(drawn, kept, columns));
  });
  return { drawn: arranged(state, place, 1), mean: arranged(concat(means, -1), place, -1) };
}

function clamped(drawn: Tensor, { given, known }: Clamp, columns: (x: Tensor) => Tensor): Tensor {
  return where(greater(columns(known), 0.5), columns(given), drawn);
}

/** A state with other columns in a range. */
function replaced(state: Tensor, { start, end }: { start: number; end: number }, columns: Tensor) {
  const length = Number(state.shape[1]);
  const before = start > 0 ? [sliceAxis(state, 1, { start: 0, end: start })] : [];
  const after = end < length ? [sliceAxis(state, 1, { start: end, end: length })] : [];
  return concat([...before, columns, ...after], 1);
}

/** A sequence of Gibbs steps, each at its own β, see {@link GibbsMachine.walk}. */
function walk(
  scope: Scope,
  machine: Machine,
  order: Order,
  state: Tensor,
  betas: Tensor,
  options: WalkOptions = {},
): Walk {
  const count = Number(betas.shape[0]);
  const betaAt = (step: number) => squeeze(sliceAxis(betas, 0, { start: step, end: step + 1 }), 0);
  let units = unitsOf(machine, state);
  let mean = units.v;
  const ratios: Tensor[] = [];
  for (let step = 1; step < count; step++) {
    const [from, beta] = [betaAt(step - 1), betaAt(step)];
    ratios.push(logRatio(machine, units, from, beta));
    const next = gibbsStep(scope, step, machine, order, units, { ...options, beta });
    units = next;
    mean = next.mean;
  }
  return { state: stateOf(units), mean, logRatio: ratios.reduce(add) };
}

/**
 * log p*(to, ·) − log p*(from, ·) for annealed machines: of v, with hidden units summed out, where they
 * are independent given v; else of (v, h), which spreads more.
 *
 * @returns  [N]
 */
function logRatio(machine: Machine, { v, h }: Units, from: Tensor, to: Tensor): Tensor {
  const { hidden, lateral, visibleBias, base } = machine;
  const rise = layerScore(v, sub(visibleBias, base), lateral);
  if (hidden === undefined || h === undefined) return mul(rise, sub(to, from));
  const field = hiddenField(hidden, v);
  if (hidden.lateral !== undefined) {
    return mul(add(rise, layerScore(h, field, hidden.lateral)), sub(to, from));
  }
  // Subtract before summing: the sums are large compared with the change by a small step of β.
  const change = sub(softplus(mul(field, to)), softplus(mul(field, from)));
  return add(mul(rise, sub(to, from)), sum(change, -1));
}
