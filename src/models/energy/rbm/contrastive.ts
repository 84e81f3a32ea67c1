import type { Batch, ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Clock, Objective } from "../../../core/steps.js";
import { zeros } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import {
  add,
  cast,
  div,
  floor,
  less,
  minimum,
  mul,
  sigmoid,
  softplus,
  square,
  stopGradient,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { gather, oneHot, takeAlong } from "../../../tensor/ops/indexing.js";
import { expandDims, flatten, squeeze } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { oneHotClasses } from "../../conditional.js";
import type { RbmConfig } from "./config.js";
import { drawHidden, drawVisible } from "./gibbs.js";
import {
  baseOf,
  biasesOfMeans,
  freeEnergy,
  hiddenLogits,
  type Machine,
  machineOf,
  SCOPE,
} from "./machine.js";

/**
 * The loss of contrastive divergence: F(v) − mean F(v⁻) with the negative particles v⁻ held fixed. Its
 * gradient is ⟨∂F/∂θ⟩ of the data minus that of the particles.
 *
 * Persistent chains are stored as hidden states. They start at zero, which draws v⁻ from the base.
 *
 * @source Hinton 2002, Neural Computation 14 (CD-k); Tieleman 2008, ICML (persistent chains)
 */
export function contrastiveDivergence(
  scope: Scope,
  { pixelsUnit, annotations }: Batch,
  { step }: Clock,
  config: RbmConfig,
  image: ImageShape & { readonly classes: number },
): Objective {
  const v = flatten(pixelsUnit);
  const kept = baseOf(scope, image);
  const base = where(less(step, 0.5), biasesOfMeans(v, config), kept);
  scope.update(kept, base);
  const classes = oneHotClasses(annotations, image.classes);
  const machine = machineOf(scope, config, image, { base, classes });
  const ofChains =
    config.negative === "pcd" ? classes && classesOfChains(classes, config) : undefined;
  const negative =
    ofChains === undefined
      ? machine
      : machineOf(scope, config, image, { base, classes: ofChains.classes });
  const particles = stopGradient(negativeParticles(scope, negative, v, config));
  const energies = freeEnergy(negative, particles);
  const below = ofChains === undefined ? mean(energies) : sum(mul(energies, ofChains.weights));
  const gap = sub(freeEnergy(machine, v), below);
  const penalty = mul(sum(square(machine.weight)), config.weightDecay / 2);
  return {
    loss: config.weightDecay > 0 ? add(gap, penalty) : gap,
    metrics: atOnePixel(scope, machine, v, pixelsPerImage(image)),
  };
}

/**
 * The classes of persistent chains, which have all classes in turn, and the chains' weights in the
 * negative phase, which give each class its share of the batch.
 *
 * @param classes  [B, K] of the batch
 * @returns        [chains, K], 1 at their own and 0 elsewhere, and [chains] with the sum 1
 */
function classesOfChains(classes: Tensor, { chains }: RbmConfig) {
  const count = Number(classes.shape[1]);
  const labels = Array.from({ length: chains }, (_, chain) => chain % count);
  const own = constant(labels, [chains], "int32");
  const each = Array.from({ length: count }, (_, label) => Math.ceil((chains - label) / count));
  const shares = div(mean(classes, 0), constant(each));
  return { classes: oneHot(own, count), weights: gather(shares, own) };
}

/** v⁻ after k Gibbs steps: [chains, V] from persistent chains, or [B, V] from the images. */
function negativeParticles(
  scope: Scope,
  machine: Machine,
  v: Tensor,
  { negative, k, chains, hidden }: RbmConfig,
): Tensor {
  const kept =
    negative === "pcd" ? scope.child(SCOPE).memory("chains", [chains, hidden], zeros) : undefined;
  let h = kept ?? drawHidden(scope, "hidden0", hiddenLogits(machine, v));
  let particles = v;
  for (let turn = 1; turn <= k; turn++) {
    particles = drawVisible(scope, `visible${turn}`, machine, h).drawn;
    if (turn < k || kept !== undefined) {
      h = drawHidden(scope, `hidden${turn}`, hiddenLogits(machine, particles));
    }
  }
  if (kept !== undefined) scope.update(kept, h);
  return particles;
}

/**
 * Metrics of one pixel, drawn at random for each image: an unbiased estimate of those of all pixels at
 * a fraction of their cost.
 *
 * - `pseudoNllNats`: V · −log p(vᵢ | all other pixels) for binary units; grey pixels are probabilities
 * - `reconstructionError`: (vᵢ − E[vᵢ | p(h|v)])², the squared error of a pixel
 *
 * @source Besag 1975, The Statistician 24 (pseudo-likelihood)
 */
function atOnePixel(
  scope: Scope,
  machine: Machine,
  v: Tensor,
  visible: number,
): Readonly<Record<string, Tensor>> {
  const place = floor(mul(scope.noise("pixel", [v.shape[0]], "uniform"), visible));
  const pixel = cast(minimum(place, visible - 1), "int32");
  const value = squeeze(takeAlong(v, expandDims(pixel, 1), 1), 1);
  const { visibleBias } = machine;
  const bias =
    visibleBias.shape.length === 1
      ? gather(visibleBias, pixel)
      : squeeze(takeAlong(visibleBias, expandDims(pixel, 1), 1), 1);
  const weights = gather(machine.weight, pixel);
  const logits = hiddenLogits(machine, v);
  const pull = sum(mul(sigmoid(logits), weights), -1);
  if (machine.std !== undefined) {
    const rebuilt = add(bias, mul(pull, machine.std));
    return { reconstructionError: square(sub(value, rebuilt)) };
  }
  const off = sub(logits, mul(expandDims(value, 1), weights));
  const on = sum(sub(softplus(add(off, weights)), softplus(off)), -1);
  const evidence = add(bias, on);
  return {
    pseudoNllNats: mul(sub(softplus(evidence), mul(value, evidence)), visible),
    reconstructionError: square(sub(value, sigmoid(add(bias, pull)))),
  };
}
