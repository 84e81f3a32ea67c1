import type { AnnotationTensors } from "../../../core/annotations.js";
import type { Batch } from "../../../core/batch.js";
import type { Clock, Objective, Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { grad } from "../../../tensor/gradient.js";
import { mul, sqrt, square, stopGradient, sub } from "../../../tensor/ops/elementwise.js";
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
import { withTerms } from "./with-terms.js";

/** A game of two players. */
export interface Game {
  readonly players: Players;
  readonly settings: GameSettings;
  /** The one-hot classes of a batch, where the model is conditional. */
  classesOf(annotations: AnnotationTensors): Tensor | undefined;
  /** Multiplies the learning rate of the generator; 1 by default. */
  readonly generatorRate?: number;
}

/** Draws images in [−1, 1], and the generator's inputs that they come from. */
export function drawn(
  players: Players,
  scope: Scope,
  count: Dim,
  classes: Tensor | undefined,
  spread: Tensor | number = 1,
): { readonly images: Tensor; readonly z: Tensor } {
  const own = scope.child(GENERATOR);
  const z = players.noise(own, count, spread);
  return { images: players.generate(own, z, classes), z };
}

/** The steps of both players on each batch, the discriminator's first. */
export const gameSteps = (game: Game): Step[] => [discriminatorStep(game), generatorStep(game)];

function discriminatorStep(game: Game): Step {
  const { players, settings, classesOf } = game;
  const objective = objectives[settings.objective];
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR],
    objective(scope: Scope, { pixelsUnit, annotations }: Batch, clock: Clock): Objective {
      const classes = classesOf(annotations);
      const drawnPass = scope.again("drawn");
      const { images: moving, z } = drawn(players, drawnPass, pixelsUnit.shape[0], classes);
      const images = stopGradient(moving);
      const look = (pass: Scope, shown: Tensor) =>
        judgedIn(players, pass, seenOf(pass, shown, clock, settings), classes);
      const pixelsSigned = signed(pixelsUnit);
      const real = look(scope, pixelsSigned);
      const fake = look(drawnPass, images);
      const information = players.recognise?.(drawnPass.child(DISCRIMINATOR), fake.features, z);
      const groups = players.group?.(
        scope.again("grouped").child(DISCRIMINATOR),
        pixelsSigned,
        real.features,
      );
      const loss =
        settings.smoothing > 0 && objective.smoothed !== undefined
          ? objective.smoothed(real.outputs, fake.outputs, settings.smoothing)
          : objective.discriminator(real.outputs, fake.outputs);
      const penalty = penaltyOf(players, scope, { real, drawn: fake, classes }, settings);
      const each = (values: Tensor) => forEachImage(values, pixelsUnit);
      const measured = { real: real.outputs, drawn: fake.outputs, ...penalty?.metrics };
      const spread = { varianceReal: varianceOf(pixelsSigned), varianceDrawn: varianceOf(images) };
      return {
        loss: withTerms(
          each(loss),
          ...[penalty, information, groups].map((part) => part && each(part.loss)),
        ),
        metrics: {
          ...Object.fromEntries(
            Object.entries(measured).map(([name, values]) => [name, each(values)]),
          ),
          ...spread,
          ...information?.metrics,
          ...groups?.metrics,
        },
      };
    },
  };
}

function generatorStep(game: Game): Step {
  const { players, settings, classesOf, generatorRate } = game;
  const { generator: lossOf, paired } = objectives[settings.objective];
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    every: settings.discriminatorTurns,
    ...(generatorRate !== undefined && { optimizer: { rate: generatorRate } }),
    objective(scope: Scope, { pixelsUnit, annotations }: Batch, clock: Clock): Objective {
      const classes = classesOf(annotations);
      const { images, z } = drawn(players, scope, pixelsUnit.shape[0], classes);
      const look = (pass: Scope, pixelsSigned: Tensor) =>
        judgedIn(players, pass, seenOf(pass, pixelsSigned, clock, settings), classes);
      const drawnPass = scope.again("judgeDrawn");
      const { outputs, features } = look(drawnPass, images);
      const real = paired ? look(scope.again("judgeReal"), signed(pixelsUnit)).outputs : outputs;
      const deceiving = forEachImage(lossOf(outputs, real), pixelsUnit);
      const information = players.recognise?.(drawnPass.child(DISCRIMINATOR), features, z);
      const loss = withTerms(deceiving, information?.loss);
      return {
        loss,
        metrics: {
          drawn: forEachImage(outputs, pixelsUnit),
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
