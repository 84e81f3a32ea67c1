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
import { wasserstein } from "../objectives/wasserstein.js";
import { between } from "../penalties/between.js";
import { oneCentredPenalty } from "../penalties/one-centred.js";
import { squaredGradientNorm } from "../penalties/squared-gradient-norm.js";
import { l1Distance } from "../translation/distance.js";
import type { StarCondition } from "./condition.js";
import type { StarganConfig } from "./config.js";
import type { StarNetworks } from "./networks.js";

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
 * The critic's loss with its gradient penalty, and how it recognises real images.
 *
 * @source Choi et al. 2018, arXiv:1711.09020, equations 2, 5 and 8; the realness of an image is the mean
 *         over its patches
 */
function discriminatorStep(star: Star): Step {
  const { networks, condition, config } = star;
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR],
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const images = signed(pixelsUnit);
      const { own, target } = ownAndTarget(scope, star, annotations);
      const translated = stopGradient(networks.translate(scope, images, target));
      const [real, drawn] = [images, translated].map((shown) => networks.judge(scope, shown));
      const share = scope.child(DISCRIMINATOR).noise("share", [images.shape[0]], "uniform");
      const seen = between(images, translated, share);
      const middle = { seen, outputs: networks.judge(scope, seen).realness };
      const recognition = condition.recognition(own, real.recognised);
      const game = add(
        wasserstein.discriminator(real.realness, drawn.realness),
        oneCentredPenalty(middle, config.penalty),
      );
      return {
        loss: add(game, mul(recognition, config.classification)),
        metrics: {
          real: real.realness,
          drawn: drawn.realness,
          recognition,
          gradientNorm: sqrt(squaredGradientNorm(middle)),
        },
      };
    },
  };
}

/** @source Choi et al. 2018, arXiv:1711.09020, equations 3, 4 and 7 */
function generatorStep(star: Star): Step {
  const { networks, condition, config } = star;
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    every: config.discriminatorTurns,
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const images = signed(pixelsUnit);
      const { own, target } = ownAndTarget(scope, star, annotations);
      const translated = networks.translate(scope, images, target);
      const { realness, recognised } = networks.judge(scope, translated);
      const recognition = condition.recognition(target, recognised);
      const reconstruction = l1Distance(networks.translate(scope, translated, own), images);
      const weighted: Tensor = add(
        mul(recognition, config.classification),
        mul(reconstruction, config.reconstruction),
      );
      return {
        loss: add(wasserstein.generator(realness, realness), weighted),
        metrics: { drawn: realness, recognition, reconstruction },
      };
    },
  };
}
