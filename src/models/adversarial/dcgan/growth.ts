import type { Clock, Phase, Step } from "../../../core/steps.js";
import { type Scope, zeros } from "../../../nn/index.js";
import { add, clip, minimum, mul, sub } from "../../../tensor/ops/elementwise.js";
import { averagePool2d, upsampleNearest2d } from "../../../tensor/ops/pooling.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Players } from "../game/players.js";
import { type Game, gameSteps } from "../game/steps.js";
import { faded, type Growth } from "./growing.js";

/** Share of a phase over which its doubling is faded in. */
const FADING = 0.5;

/** Networks as far as they have grown. */
export type GrownPlayers = (growth: (scope: Scope) => Growth) => Players;

/**
 * A phase for each size of image. In the first half of its phase a doubling is faded in, in the second
 * both players get used to it.
 *
 * @param doublings  from the smallest side to the full one
 * @param share      of each phase, the smallest side's first
 * @source Karras, Aila, Laine & Lehtinen 2018, arXiv:1710.10196, section 2 and figure 2
 */
export function growingPhases(
  game: Omit<Game, "players">,
  players: GrownPlayers,
  doublings: number,
): Phase[] {
  return Array.from({ length: doublings + 1 }, (_, level) => ({
    name: `level ${level}`,
    share: 1 / (doublings + 1),
    steps: stepsAt(game, players, level, doublings),
  }));
}

function stepsAt(
  game: Omit<Game, "players">,
  players: GrownPlayers,
  level: number,
  doublings: number,
): Step[] {
  const at = (clock: Clock | undefined): Step[] => {
    const alpha = alphaOf(clock, level);
    return gameSteps({ ...game, players: players((scope) => recorded(scope, level, alpha)) });
  };
  return at(undefined).map((step, index) => ({
    ...step,
    objective(scope, batch, clock) {
      const pixelsUnit = shrunk(batch.pixelsUnit, 2 ** (doublings - level), alphaOf(clock, level));
      return at(clock)[index].objective(scope, { ...batch, pixelsUnit }, clock);
    },
  }));
}

/** How far the doubling of a phase is faded in. */
const alphaOf = (clock: Clock | undefined, level: number): Tensor | 1 =>
  clock === undefined || level === 0 ? 1 : minimum(mul(clock.phaseProgress, 1 / FADING), 1);

/**
 * Keeps how many doublings a player has learned, so that its images are drawn as far as it has grown.
 * Its average would stay below the last, and blend in the smaller image for ever.
 */
const grownOf = (scope: Scope): Tensor => scope.buffer("grown", [1], zeros, { averaged: false });

/** The growth of a phase, which a training step records. */
function recorded(scope: Scope, level: number, alpha: Tensor | 1): Growth {
  const grown = grownOf(scope);
  if (scope.training && level > 0) scope.update(grown, reshape(add(alpha, level - 1), [1]));
  return Array.from({ length: level }, (_, at) => (at === level - 1 ? alpha : 1));
}

/** The growth that training has recorded, for programs that use the trained networks. */
export const recordedGrowth =
  (doublings: number) =>
  (scope: Scope): Growth =>
    Array.from({ length: doublings }, (_, at) => clip(sub(grownOf(scope), at), 0, 1));

/**
 * Real images at the size of a phase. While a doubling is faded in, so is the detail that it adds.
 *
 * @param factor  by which the side is smaller
 */
function shrunk(pixelsUnit: Tensor, factor: number, alpha: Tensor | 1): Tensor {
  const small =
    factor === 1 ? pixelsUnit : averagePool2d(pixelsUnit, { kernel: factor, stride: factor });
  const coarse = () => upsampleNearest2d(averagePool2d(small, { kernel: 2, stride: 2 }), 2);
  return faded(alpha, small, coarse);
}
