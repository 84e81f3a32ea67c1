import type { AnnotationTensors } from "../../../core/annotations.js";
import type { Batch } from "../../../core/batch.js";
import type { Objective, Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, sqrt, stopGradient } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { topKIndices } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { signed } from "../game/views.js";
import { withTerms } from "../game/with-terms.js";
import { objectives } from "../objectives/index.js";
import { between } from "../penalties/between.js";
import { oneCentredPenalty } from "../penalties/one-centred.js";
import { r1 } from "../penalties/r1.js";
import { type Judged, squaredGradientNorm } from "../penalties/squared-gradient-norm.js";
import { l1Distance } from "../translation/distance.js";
import type { StarCondition } from "./condition.js";
import type { StarganConfig } from "./config.js";
import type { StarNetworks } from "./networks.js";
import { recognitions, type StarJudgement } from "./recognition.js";

/** What the steps of a training are made of. */
export interface Star {
  readonly networks: StarNetworks;
  readonly condition: StarCondition;
  readonly config: StarganConfig;
}

/** The steps of both players, the discriminator's first. */
export const starSteps = (star: Star): Step[] => [discriminatorStep(star), generatorStep(star)];

/** What images are, and what they are to become: the classes or attributes of others of the batch. */
function ownAndTarget(scope: Scope, { condition }: Star, annotations: AnnotationTensors) {
  const own = condition.of(annotations);
  const [count] = own.shape;
  const order = scope.child(GENERATOR).noise("order", [count], "uniform");
  if (typeof count !== "number") return { own, target: own };
  return { own, target: gather(own, topKIndices(order, count, 0), 0) };
}

/**
 * The critic's loss with its gradient penalty, and how it recognises real images. The realness of an
 * image is the mean over its patches.
 *
 * @source Choi et al. 2018, arXiv:1711.09020, equations 2, 5 and 8
 */
function discriminatorStep(star: Star): Step {
  const { networks, condition, config } = star;
  const objective = objectives[config.objective];
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR],
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const images = signed(pixelsUnit);
      const { own, target } = ownAndTarget(scope, star, annotations);
      const translated = stopGradient(networks.translate(scope, images, target));
      const [real, drawn] = [images, translated].map((shown) => networks.judge(scope, shown));
      const { realness, mismatches, loss } = recognitions[config.recognition];
      const as = (judgement: StarJudgement, values: Tensor) =>
        realness(condition, judgement, values);
      const right = as(real, own);
      const wrong = {
        drawn: as(drawn, target),
        ...(mismatches && { mismatched: as(real, target) }),
      };
      const games = Object.values(wrong).map((each) => objective.discriminator(right, each));
      const recognition = loss(condition, real, own);
      const penalty = penaltyOf(config, scope, {
        real: { seen: images, outputs: right },
        drawn: translated,
        judge: (seen) => as(networks.judge(scope, seen), target),
      });
      return {
        loss: withTerms(
          mul(games.reduce(add), 1 / games.length),
          penalty?.loss,
          recognition && mul(recognition, config.classification),
        ),
        metrics: {
          real: right,
          ...wrong,
          ...(recognition && { recognition }),
          ...(penalty && { gradientNorm: penalty.norm }),
        },
      };
    },
  };
}

/** What the penalty looks at. */
interface Penalised {
  readonly real: Judged;
  /** [B, C, H, W] translated images */
  readonly drawn: Tensor;
  /** How real images are for what they are to be: [B, C, H, W] → [B] */
  judge(seen: Tensor): Tensor;
}

/** The penalty on D's gradient, and the gradient's norm: [B] each */
function penaltyOf(
  { penalty, penaltyWeight }: StarganConfig,
  scope: Scope,
  { real, drawn, judge }: Penalised,
): { readonly loss: Tensor; readonly norm: Tensor } | undefined {
  if (penalty === "none") return undefined;
  const normOf = (judged: Judged) => sqrt(squaredGradientNorm(judged));
  if (penalty === "r1") return { loss: r1(real, penaltyWeight), norm: normOf(real) };
  const share = scope.child(DISCRIMINATOR).noise("share", [drawn.shape[0]], "uniform");
  const seen = between(real.seen, drawn, share);
  const middle = { seen, outputs: judge(seen) };
  return { loss: oneCentredPenalty(middle, penaltyWeight), norm: normOf(middle) };
}

/** @source Choi et al. 2018, arXiv:1711.09020, equations 3, 4 and 7 */
function generatorStep(star: Star): Step {
  const { networks, condition, config } = star;
  const { generator: lossOf, paired } = objectives[config.objective];
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    every: config.discriminatorTurns,
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const images = signed(pixelsUnit);
      const { own, target } = ownAndTarget(scope, star, annotations);
      const translated = networks.translate(scope, images, target);
      const { realness, loss } = recognitions[config.recognition];
      const judgement = networks.judge(scope, translated);
      const drawn = realness(condition, judgement, target);
      const real = paired ? realness(condition, networks.judge(scope, images), own) : drawn;
      const recognition = loss(condition, judgement, target);
      const reconstruction = l1Distance(networks.translate(scope, translated, own), images);
      const game = add(lossOf(drawn, real), mul(reconstruction, config.reconstruction));
      return {
        loss: withTerms(game, recognition && mul(recognition, config.classification)),
        metrics: { drawn, ...(recognition && { recognition }), reconstruction },
      };
    },
  };
}
