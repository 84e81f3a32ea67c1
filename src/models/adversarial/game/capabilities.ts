import type { DataTraits } from "../../../core/batch.js";
import type { Capabilities } from "../../../core/capability.js";
import { DISCRIMINATOR, GENERATOR } from "./players.js";
import { projection } from "./projection.js";
import { drawn, type Game } from "./steps.js";
import { signed, unit } from "./views.js";

/**
 * What the players of a game can do: draw images, turn given codes into images, find codes of images,
 * and judge images where the discriminator looks at one at a time.
 */
export function gameCapabilities(game: Game, data: DataTraits): Capabilities {
  const { players, settings, classesOf } = game;
  const looksAtOne = settings.packing === 1 && !settings.minibatchStd;
  return {
    sample: (scope, count, { temperature, annotations }) =>
      unit(drawn(players, scope, count, classesOf(annotations), temperature).images),
    decode: {
      codeLength: players.latent,
      path: "sphere",
      trace: (scope, codes, { annotations }) =>
        unit(players.generate(scope.child(GENERATOR), codes, classesOf(annotations))),
    },
    ...(settings.projectionSteps > 0 && {
      encode: projection(game, data, settings.projectionSteps),
    }),
    ...(looksAtOne && {
      realness: (scope, pixelsUnit, annotations) =>
        players.judge(scope.child(DISCRIMINATOR), signed(pixelsUnit), classesOf(annotations))
          .outputs,
    }),
  };
}
