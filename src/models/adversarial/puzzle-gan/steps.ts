import type { Batch } from "../../../core/batch.js";
import type { Clock, Objective, Step } from "../../../core/steps.js";
import { bernoulliNll, categorical, type Scope } from "../../../nn/index.js";
import {
  add,
  cast,
  exp,
  less,
  mul,
  neg,
  stopGradient,
  sub,
} from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { concat, reshape, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { signed } from "../game/views.js";
import { withTerms } from "../game/with-terms.js";
import { objectives } from "../objectives/index.js";
import { r1 } from "../penalties/r1.js";
import { l1Distance } from "../translation/distance.js";
import type { PuzzleGanConfig } from "./config.js";
import { type Cut, cut } from "./cut.js";
import type { Canvas, Layout, PuzzleNetworks } from "./networks.js";

/** The steps of both players, the discriminator's first. */
export const puzzleSteps = (networks: PuzzleNetworks, config: PuzzleGanConfig): Step[] => [
  discriminatorStep(networks, config),
  generatorStep(networks, config),
];

interface Assembled {
  readonly layout: Layout;
  readonly canvas: Canvas;
  /** [B, K, P] one-hot: a draw of p(place | patches) for each patch */
  readonly placed: Tensor;
  /** [B, C, H, W] in (−1, 1) */
  readonly whole: Tensor;
}

/**
 * Assembles patches as a training sees it: each at a place drawn from the position head, so that the image
 * decoder learns to cope with its mistakes.
 */
function assembled(
  networks: PuzzleNetworks,
  { latent }: PuzzleGanConfig,
  scope: Scope,
  { patches }: Cut,
): Assembled {
  const own = scope.child(GENERATOR);
  const [batch, count] = patches.shape;
  const layout = networks.locate(scope, patches);
  const uniform = own.noise("places", [batch, count], "uniform");
  const places = categorical(stopGradient(layout.logProbs)).sample(uniform);
  const { tops, lefts } = networks.places;
  const placed = oneHot(places, tops.length * lefts.length);
  const canvas = networks.lay(patches, placed);
  const whole = networks.draw(scope, own.noise("z", [batch, latent], "normal"), layout, canvas);
  return { layout, canvas, placed, whole };
}

/**
 * Real images against drawn ones and against two kinds of mismatched ones: an image with the patches of
 * another, and its patches on another. With weight m of the mismatched ones, real images count 1, drawn
 * ones 1 / (1 + m), and mismatched ones m / (1 + m).
 *
 * @source Lee et al. 2017, arXiv:1703.10730, section 3.3
 */
function discriminatorStep(networks: PuzzleNetworks, config: PuzzleGanConfig): Step {
  const { mismatch, penalty } = config;
  const objective = objectives[config.objective];
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR],
    objective(scope: Scope, { pixelsUnit }: Batch): Objective {
      const images = signed(pixelsUnit);
      const pieces = cut(networks, pixelsUnit);
      const { whole } = assembled(networks, config, scope, pieces);
      const real = networks.judge(scope, images);
      const drawn = networks.judge(scope, stopGradient(whole));
      const against = (outputs: Tensor, weight: number) =>
        mul(objective.discriminator(real, outputs), weight / (1 + mismatch));
      const mixed = mismatch > 0 ? mismatched(networks, scope, images, pieces) : [];
      const judged = mixed.map((each) => networks.judge(scope, each));
      const game = judged.reduce(
        (loss, outputs) => add(loss, against(outputs, mismatch / judged.length)),
        against(drawn, 1),
      );
      const flat = penalty > 0 ? r1({ seen: images, outputs: real }, penalty) : undefined;
      return {
        loss: withTerms(game, flat),
        metrics: {
          real,
          drawn,
          ...(judged.length > 0 && { mismatched: mul(judged.reduce(add), 1 / judged.length) }),
        },
      };
    },
  };
}

/**
 * Patches of another image in each image, and each image's patches in another. Of a puzzle, about half of
 * the pieces are the patches.
 */
function mismatched(
  { placing, places }: PuzzleNetworks,
  scope: Scope,
  images: Tensor,
  { chosen }: Cut,
): Tensor[] {
  const [batch, count] = chosen.shape;
  const others = nextOf(images);
  const cover = placing.cover(chosen);
  const uniform = scope.child(DISCRIMINATOR).noise("pieces", [batch, count], "uniform");
  const half = reshape(cast(less(uniform, 0.5), "float32"), [batch, count, 1, 1, 1]);
  const depth = sum(places.puzzle ? mul(cover, half) : cover, 1);
  const own = cast(less(0.5, depth), "float32");
  const differences = mul(sub(others, images), own);
  return [add(images, differences), sub(others, differences)];
}

/** The next image of the batch for each; a symbolic batch, traced only for its variables, as it is. */
function nextOf(images: Tensor): Tensor {
  const [count] = images.shape;
  if (typeof count !== "number" || count === 1) return images;
  return concat(
    [sliceAxis(images, 0, { start: 1, end: count }), sliceAxis(images, 0, { start: 0, end: 1 })],
    0,
  );
}

/**
 * The adversarial loss; the spatial loss of the mask; the appearance loss, by which the patches are found in
 * the image where they are placed; and the cross-entropy of the true places. The spatial and the appearance
 * loss fade.
 *
 * @source Lee et al. 2017, arXiv:1703.10730, section 3.3. There the spatial loss is |m − M|, which stops
 *         teaching a sigmoid that is sure of the same mask for all images; here it is the cross-entropy of a
 *         pixel. There the appearance loss compares the drawn
 *         image under the drawn mask with the true image under the true mask; here the patches have places,
 *         and the comparison is at these.
 */
function generatorStep(networks: PuzzleNetworks, config: PuzzleGanConfig): Step {
  const { generator: lossOf, paired } = objectives[config.objective];
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    objective(scope: Scope, { pixelsUnit }: Batch, { progress }: Clock): Objective {
      const pieces = cut(networks, pixelsUnit);
      const { layout, canvas, placed, whole } = assembled(networks, config, scope, pieces);
      const drawn = networks.judge(scope, whole);
      const real = paired ? networks.judge(scope, signed(pixelsUnit)) : drawn;
      const { covered } = networks.lay(pieces.patches, pieces.chosen);
      const [, , height, width] = pixelsUnit.shape as [unknown, unknown, number, number];
      const spatial = mul(bernoulliNll(covered, layout.maskLogits), 1 / (height * width));
      const appearance = l1Distance(mul(whole, canvas.covered), canvas.shown);
      const positions = neg(mean(sum(mul(layout.logProbs, pieces.chosen), 2), 1));
      const fading = exp(mul(progress, Math.log(config.decay)));
      const kept = add(mul(spatial, config.spatial), mul(appearance, config.appearance));
      return {
        loss: add(add(lossOf(drawn, real), mul(positions, config.positions)), mul(kept, fading)),
        metrics: {
          drawn,
          spatial,
          appearance,
          positions,
          placedRight: mean(sum(mul(placed, pieces.chosen), 2), 1),
        },
      };
    },
  };
}
