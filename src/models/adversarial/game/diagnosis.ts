import { objectives } from "../objectives/index.js";
import type { GameSettings } from "./settings.js";

/** Log-odds between real and drawn images at which a discriminator is sure: 1 in 22,000 is wrong. */
const SURE = 10;
/** Share of the real images' variance below which drawn images count as one. */
const COLLAPSED = 0.1;
/** Steps before which a generator has not had the time to spread. */
const EARLY = 500;

/**
 * Warns where a discriminator has won outright, or a generator draws the same image over and over.
 *
 * @param metrics  means of a line of metrics
 * @param step     steps done
 * @returns        what happened and what to try, a sentence each
 */
export function diagnoseGame(
  { objective }: Pick<GameSettings, "objective">,
  metrics: Readonly<Record<string, number>>,
  step: number,
): string[] {
  if (step < EARLY) return [];
  const margin = metrics["discriminator.real"] - metrics["discriminator.drawn"];
  const won = objectives[objective].logOdds && margin > SURE;
  const share = metrics["discriminator.varianceDrawn"] / metrics["discriminator.varianceReal"];
  return [
    ...(won
      ? [
          "the discriminator tells drawn images from real ones for sure, so the generator learns little; try a penalty (penalty=r1r2), a larger penaltyWeight, instanceNoise=0.1 or objective=non-saturating in place of minimax",
        ]
      : []),
    ...(share < COLLAPSED
      ? [
          "the generator draws nearly the same image each time (less than a tenth of the real variance); try objective=relativistic with penalty=r1r2, packing=2 or minibatchStd=true, or a lower --lr",
        ]
      : []),
  ];
}
