import type { AnnotationTensors } from "../../../core/annotations.js";
import type { Batch } from "../../../core/batch.js";
import type { Clock, Objective, Step, StepOptimizer } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { grad } from "../../../tensor/gradient.js";
import { add, mul, sqrt, square, stopGradient, sub } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { countAlong, mean, sum } from "../../../tensor/ops/reduction.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { objectives } from "../objectives/index.js";
import { forEachImage } from "../penalties/packing.js";
import { penaltyOf } from "./penalty.js";
import { DISCRIMINATOR, GENERATOR, type Players } from "./players.js";
import type { GameSettings } from "./settings.js";
import { judgedIn, seenOf, signed } from "./views.js";

/** A game of two players. */
export interface Game {
  readonly players: Players;
  readonly settings: GameSettings;
  /** The one-hot classes of a batch, where the model is conditional. */
  classesOf(annotations: AnnotationTensors): Tensor | undefined;
  /** Settings of both optimisers that differ from the run's. */
  readonly optimizer?: StepOptimizer;
}

/** Draws images in [−1, 1] from noise. */
export function drawnImages(
  { players }: Game,
  scope: Scope,
  count: Dim,
  classes: Tensor | undefined,
  spread: Tensor | number = 1,
): Tensor {
  const own = scope.child(GENERATOR);
  const z = mul(own.noise("z", [count, players.latent], "normal"), spread);
  return players.generate(own, z, classes);
}

/** The steps of both players on each batch, the discriminator's first. */
export const gameSteps = (game: Game): Step[] => [discriminatorStep(game), generatorStep(game)];

function discriminatorStep(game: Game): Step {
  const { players, settings, classesOf, optimizer } = game;
  const objective = objectives[settings.objective];
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR],
    ...(optimizer && { optimizer }),
    objective(scope: Scope, { pixelsUnit, annotations }: Batch, clock: Clock): Objective {
      const classes = classesOf(annotations);
      const drawnPass = scope.again("drawn");
      const images = stopGradient(drawnImages(game, drawnPass, pixelsUnit.shape[0], classes));
      const look = (pass: Scope, shown: Tensor) =>
        judgedIn(players, pass, seenOf(pass, shown, clock, settings), classes);
      const pixelsSigned = signed(pixelsUnit);
      const real = look(scope, pixelsSigned);
      const drawn = look(drawnPass, images);
      const loss =
        settings.smoothing > 0 && objective.smoothed !== undefined
          ? objective.smoothed(real.outputs, drawn.outputs, settings.smoothing)
          : objective.discriminator(real.outputs, drawn.outputs);
      const penalty = penaltyOf(players, scope, { real, drawn, classes }, settings);
      const each = (values: Tensor) => forEachImage(values, pixelsUnit);
      const measured = { real: real.outputs, drawn: drawn.outputs, ...penalty?.metrics };
      const spread = { varianceReal: varianceOf(pixelsSigned), varianceDrawn: varianceOf(images) };
      return {
        loss: penalty === undefined ? each(loss) : add(each(loss), each(penalty.loss)),
        metrics: {
          ...Object.fromEntries(
            Object.entries(measured).map(([name, values]) => [name, each(values)]),
          ),
          ...spread,
        },
      };
    },
  };
}

function generatorStep(game: Game): Step {
  const { players, settings, classesOf, optimizer } = game;
  const { generator: lossOf, paired } = objectives[settings.objective];
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    every: settings.discriminatorTurns,
    ...(optimizer && { optimizer }),
    objective(scope: Scope, { pixelsUnit, annotations }: Batch, clock: Clock): Objective {
      const classes = classesOf(annotations);
      const images = drawnImages(game, scope, pixelsUnit.shape[0], classes);
      const outputs = (pass: string, pixelsSigned: Tensor) => {
        const view = scope.again(pass);
        return judgedIn(players, view, seenOf(view, pixelsSigned, clock, settings), classes)
          .outputs;
      };
      const drawn = outputs("judgeDrawn", images);
      const real = paired ? outputs("judgeReal", signed(pixelsUnit)) : drawn;
      const loss = forEachImage(lossOf(drawn, real), pixelsUnit);
      return {
        loss,
        metrics: {
          drawn: forEachImage(drawn, pixelsUnit),
          gradientNorm: gradientNorm(loss, images),
        },
      };
    },
  };
}

/**
 * How strongly the generator is told to move each image: the norm of the gradient of the image's own
 * loss. Taken from the mean, whose gradient training needs anyway.
 */
function gradientNorm(loss: Tensor, images: Tensor): Tensor {
  const { gradient } = grad(mean(loss), { gradient: images });
  return mul(sqrt(sum(square(flatten(gradient)), 1)), countAlong(images, [0]));
}

/** [B] mean squared distance of an image's values from the batch's mean image. */
function varianceOf(images: Tensor): Tensor {
  const flat = flatten(images);
  return mean(square(sub(flat, mean(flat, 0, true))), 1);
}
