import type { Capabilities } from "../../../core/capability.js";
import { DISCRIMINATOR, GENERATOR } from "./players.js";
import { drawnImages, type Game } from "./steps.js";
import { signed, unit } from "./views.js";

/**
 * What the players of a game can do: draw images, turn given codes into images, and judge images
 * where the discriminator looks at one at a time.
 */
export function gameCapabilities(game: Game): Capabilities {
  const { players, settings, classesOf } = game;
  const looksAtOne = settings.packing === 1 && !settings.minibatchStd;
  return {
    sample: (scope, count, { temperature, annotations }) =>
      unit(drawnImages(game, scope, count, classesOf(annotations), temperature)),
    decode: {
      codeLength: players.latent,
      trace: (scope, codes, { annotations }) =>
        unit(players.generate(scope.child(GENERATOR), codes, classesOf(annotations))),
    },
    ...(looksAtOne && {
      realness: (scope, pixelsUnit, annotations) =>
        players.judge(scope.child(DISCRIMINATOR), signed(pixelsUnit), classesOf(annotations)),
    }),
  };
}
