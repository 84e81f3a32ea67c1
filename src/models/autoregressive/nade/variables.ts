import type { DataTraits } from "../../../core/batch.js";
import type { ScoreKind } from "../../../core/capability.js";
import type { Scope } from "../../../nn/scope.js";
import { add, clip, floor, minimum, mul, sub } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type Ordering, orderingOf } from "../../ordering.js";
import { BINARY_PIXELS } from "../../pixel-likelihood.js";
import type { NadeConfig } from "./config.js";
import type { NadeHead } from "./head.js";

/** An image as the D variables of the chain rule, and how their density scores the image. */
export interface ImageVariables {
  readonly count: number;
  readonly ordering: Ordering;
  /** [B, C, H, W] in [0, 1] → [B, D] in the order of the chain rule, dequantised if configured. */
  read(scope: Scope, pixelsUnit: Tensor): Tensor;
  /** Drawn values as pixels: the level that each belongs to. */
  toPixels(x: Tensor): Tensor;
  /** Expected values of variables as pixels in [0, 1]. */
  meanPixels(x: Tensor): Tensor;
  /** Pixels as values to condition on: each level becomes the middle of its interval. */
  fromPixels(pixelsUnit: Tensor): Tensor;
  /** Nats to add to −log p of the variables. */
  readonly offsetNats: number;
  /** How the sum relates to −log p of the image. */
  readonly kind: ScoreKind;
  readonly describes: string;
}

/**
 * Pixels with L levels have no density: a Gaussian on a level could become arbitrarily narrow. With
 * `dequantise`, level k becomes a number drawn uniformly from [k/L, (k + 1)/L). Then −log p + D log L
 * is, in expectation, an upper bound on −log of the probability of the levels.
 *
 * @source Theis, van den Oord & Bethge 2016, arXiv:1511.01844, section 3.1
 */
export function variablesFor(
  { ordering: name, orderingSeed, dequantise }: NadeConfig,
  data: DataTraits,
  head: NadeHead["kind"],
): ImageVariables {
  const ordering = orderingOf(name, data, orderingSeed);
  const count = ordering.sequence.length;
  const spreadLevels = head === "mixture" && dequantise ? data.levels : null;
  const places = constant([...ordering.sequence], [count], "int32");
  const inOrder = (x: Tensor) =>
    ordering.sequence.every((variable, place) => variable === place) ? x : gather(x, places, 1);
  return {
    count,
    ordering,
    ...(spreadLevels === null ? asTheyAre : conversions(spreadLevels)),
    read(scope, pixelsUnit) {
      const x = inOrder(flatten(pixelsUnit));
      return spreadLevels === null ? x : spread(scope, x, spreadLevels);
    },
    offsetNats: spreadLevels === null ? 0 : count * Math.log(spreadLevels),
    ...meaningOf(head, spreadLevels),
  };
}

type Conversions = Pick<ImageVariables, "toPixels" | "meanPixels" | "fromPixels">;

const asTheyAre: Conversions = {
  toPixels: (x) => x,
  meanPixels: (x) => clip(x, 0, 1),
  fromPixels: (pixelsUnit) => pixelsUnit,
};

function conversions(levels: number): Conversions {
  const last = levels - 1;
  return {
    toPixels: (x) => mul(minimum(floor(mul(x, levels)), last), 1 / last),
    meanPixels: (x) => clip(mul(sub(mul(x, levels), 0.5), 1 / last), 0, 1),
    fromPixels: (pixelsUnit) => mul(add(mul(pixelsUnit, last), 0.5), 1 / levels),
  };
}

/** Turns each level k of [B, D] pixels into a number drawn from [k/L, (k + 1)/L). */
function spread(scope: Scope, x: Tensor, levels: number): Tensor {
  const noise = scope.noise("dequantise", x.shape, "uniform");
  return mul(add(mul(x, levels - 1), noise), 1 / levels);
}

function meaningOf(
  head: NadeHead["kind"],
  spreadLevels: number | null,
): Pick<ImageVariables, "kind" | "describes"> {
  if (head === "binary") return { kind: "exact", describes: BINARY_PIXELS };
  if (spreadLevels === null) {
    return { kind: "exact", describes: "density of pixels in [0, 1] under mixtures of Gaussians" };
  }
  return {
    kind: "bound",
    describes: `bounds the probability of ${spreadLevels} levels by the density of pixels with uniform noise, drawn once`,
  };
}
