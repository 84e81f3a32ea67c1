import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { objectives } from "../objectives/index.js";
import type { GameSettings } from "./settings.js";

/** What the networks of a game are like, as far as it limits the settings. */
export interface GameNetworks {
  /** Whether the discriminator normalises by the statistics of the batch. */
  readonly batchNorm: boolean;
  /** Whether spectral normalisation bounds the discriminator. */
  readonly spectral: boolean;
  readonly conditional: boolean;
}

/** The fewest pixels a side that can be moved or cut out. */
const FEWEST_PIXELS = 8;

/**
 * Refuses settings that make no sense together.
 *
 * @throws ConfigError naming what to change
 */
export function requireSensible(
  id: string,
  settings: GameSettings,
  networks: GameNetworks,
  { height, width }: ImageShape,
): void {
  const { objective, penalty, penaltyParts, smoothing, packing, augment } = settings;
  const { smoothed } = objectives[objective];
  const refuse = (problem: string) => {
    throw new ConfigError(`${id}: ${problem}`);
  };
  requireBounded(
    id,
    settings,
    penalty !== "none" || networks.spectral,
    "penalty=one-centred or spectral=true",
  );
  if (smoothing > 0 && smoothed === undefined) {
    refuse(
      `objective=${objective} has no target for real images that smoothing=${smoothing} could lower; leave it at 0 or take minimax, non-saturating or least-squares`,
    );
  }
  if (penalty !== "none" && networks.batchNorm) {
    refuse(
      `penalty=${penalty} needs a gradient for each image, but batch normalisation in the discriminator makes every output depend on the whole batch; take penalty=none or another normalisation`,
    );
  }
  if (penalty === "none" && penaltyParts > 1) {
    refuse(`penaltyParts=${penaltyParts} divides a penalty, but penalty=none`);
  }
  if (packing > 1 && networks.conditional) {
    refuse(
      `packing=${packing} judges images together, which may be of different classes; take packing=1 or conditional=false`,
    );
  }
  requireRoom(id, augment, { height, width });
}

/** @throws ConfigError when the objective needs a bounded discriminator, and nothing bounds it */
export function requireBounded(
  id: string,
  { objective }: Pick<GameSettings, "objective">,
  isBounded: boolean,
  remedy = "a penalty",
): void {
  if (isBounded || !objectives[objective].needsLipschitz) return;
  throw new ConfigError(
    `${id}: objective=${objective} has no least value unless the discriminator is bounded; take ${remedy}`,
  );
}

/** @throws ConfigError when images are too small to be moved and cut as the augmentation asks */
export function requireRoom(
  id: string,
  augment: GameSettings["augment"],
  { height, width }: Pick<ImageShape, "height" | "width">,
): void {
  const moving = augment.filter((name) => name !== "color");
  if (moving.length === 0 || Math.min(height, width) >= FEWEST_PIXELS) return;
  throw new ConfigError(
    `${id}: augment=${moving.join(",")} moves and cuts images, but these are only ${height}×${width}`,
  );
}
