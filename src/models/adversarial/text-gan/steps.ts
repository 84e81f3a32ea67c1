import { requireAnnotation } from "../../../core/annotations.js";
import type { Batch } from "../../../core/batch.js";
import type { Objective, Step } from "../../../core/steps.js";
import { klToStandardNormal, type Scope } from "../../../nn/index.js";
import { grad } from "../../../tensor/gradient.js";
import {
  add,
  exp,
  greater,
  mul,
  pow,
  sqrt,
  square,
  stopGradient,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { expandDims, flatten } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { augmented } from "../augment/index.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { signed } from "../game/views.js";
import { withTerms } from "../game/with-terms.js";
import { objectives } from "../objectives/index.js";
import { r1 } from "../penalties/r1.js";
import type { TextGanConfig } from "./config.js";
import { type Matching, matching, type Others } from "./matching.js";
import { type Conditioning, TEXT, type TextNetworks } from "./networks.js";
import { nearCaptions, rowsAt, sameCaptions, wrongCaptions } from "./wrong-captions.js";

/** A discriminator that asks whether an image is real and is what its caption says, and its generator. */
export const textSteps = (networks: TextNetworks, config: TextGanConfig): Step[] => [
  discriminatorStep(networks, config),
  generatorStep(networks, config),
];

/**
 * Draws images of captions.
 *
 * @param read    [count, text] embeddings of the captions
 * @param spread  of the noise, and of the conditioning around its mean
 */
export function drawnImages(
  networks: TextNetworks,
  { latent }: TextGanConfig,
  scope: Scope,
  count: Dim,
  read: Tensor,
  spread: Tensor | number = 1,
): { readonly images: Tensor; readonly told: Conditioning } {
  const own = scope.child(GENERATOR);
  const told = networks.condition(scope, read);
  const noise = (name: string, like: readonly Dim[]) =>
    mul(own.noise(name, like, "normal"), spread);
  const condition =
    told.logVar === undefined
      ? told.mean
      : add(told.mean, mul(exp(mul(told.logVar, 0.5)), noise("condition", told.mean.shape)));
  return { images: networks.draw(scope, noise("z", [count, latent]), condition), told };
}

/**
 * Three kinds of pairs: real images with their captions against drawn images, and against real images
 * with other captions, by half each. The encoder of captions learns here, from the pairs and from the
 * matching loss.
 *
 * @source Reed et al. 2016, arXiv:1605.05396, algorithm 1; Tao et al. 2022, arXiv:2008.05865, equations
 *         1 and 2
 */
function discriminatorStep(networks: TextNetworks, config: TextGanConfig): Step {
  const objective = objectives[config.objective];
  return {
    name: DISCRIMINATOR,
    trains: [DISCRIMINATOR, TEXT],
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const { look, judge } = networks;
      const caption = requireAnnotation(annotations, "caption");
      const read = networks.read(scope, caption);
      const same = sameCaptions(caption);
      const [count] = pixelsUnit.shape;
      const uniform = scope.child(DISCRIMINATOR).noise("wrong", [count, count], "uniform");
      const { places, exist } = wrongCaptions(same, uniform);
      const images = shown(scope, signed(pixelsUnit), config);
      const made = drawnImages(networks, config, scope, count, stopGradient(read)).images;
      const seen = look(scope, images);
      const real = judge(scope, seen, read);
      const seenDrawn = look(scope, shown(scope.again("drawn"), stopGradient(made), config));
      const drawn = judge(scope, seenDrawn, read);
      const near = readNear(networks, config, scope, caption, same);
      const ofOthers = rowsAt(read, places);
      const wrong = judge(scope, seen, near.length === 0 ? ofOthers : nearest(near[0], ofOthers));
      const pairs = add(
        mul(objective.discriminator(real, drawn), 0.5),
        mul(mul(objective.discriminator(real, wrong), exist), 0.5),
      );
      const penalty = penaltyOf(config, images, read, real);
      const found = (maps: Tensor) => matching(networks.describe(scope, maps), read, same, near);
      const matched = config.matching > 0 ? bothFound(found(seen), found(seenDrawn)) : undefined;
      return {
        loss: withTerms(pairs, penalty?.loss, matched && mul(matched.loss, config.matching)),
        metrics: {
          real,
          drawn,
          wrong,
          ...(penalty && { gradientNorm: penalty.norm }),
          ...(matched && { matching: matched.loss, found: matched.hits }),
        },
      };
    },
  };
}

/** Images as the discriminator sees them in a pass: augmented. */
const shown = (pass: Scope, pixelsSigned: Tensor, { augment }: TextGanConfig): Tensor =>
  augmented(pass.child(DISCRIMINATOR).child("seen"), pixelsSigned, augment);

/** What the discriminator minimises: real images find their captions as real, drawn ones as drawn. */
const bothFound = (real: Matching, drawn: Matching) => ({
  loss: add(real.asReal, drawn.asDrawn),
  hits: real.hits,
});

/**
 * What the generator minimises: drawn images find their captions as real ones do, and not as drawn ones.
 * Other captions cancel in it.
 *
 * @source Hou et al. 2022, arXiv:2107.10060, equation 8
 */
const passedOff = (drawn: Matching) => ({
  loss: sub(drawn.asReal, drawn.asDrawn),
  hits: drawn.hits,
});

/** Captions with one word exchanged, as the encoder reads them. */
function readNear(
  networks: TextNetworks,
  { near }: TextGanConfig,
  scope: Scope,
  caption: Tensor,
  same: Tensor,
): Others[] {
  const own = scope.child(DISCRIMINATOR);
  const [count] = caption.shape;
  return Array.from({ length: near }, (_, at) => {
    const { places } = wrongCaptions(same, own.noise(`near${at + 1}`, [count, count], "uniform"));
    const words = own.noise(`word${at + 1}`, caption.shape, "uniform");
    const { captions, exist } = nearCaptions(caption, rowsAt(caption, places), words);
    return { captions: networks.read(scope, captions), exist };
  });
}

/** [B, E] near captions where there are some, else others. */
const nearest = ({ captions, exist }: Others, others: Tensor): Tensor =>
  where(expandDims(greater(exist, 0), 1), captions, others);

/** Keeps roots differentiable at 0. */
const EPS = 1e-12;
/** The power of the matching-aware penalty. */
const POWER = 6;

/**
 * The penalty on D's gradient at real images, and with matching-aware also at their captions: k (‖∇ₓD‖
 * + ‖∇ₑD‖)⁶.
 *
 * @source Tao et al. 2022, arXiv:2008.05865, equation 1
 */
function penaltyOf(
  { penalty, penaltyWeight }: TextGanConfig,
  images: Tensor,
  read: Tensor,
  real: Tensor,
): { readonly loss: Tensor; readonly norm: Tensor } | undefined {
  if (penalty === "none") return undefined;
  const slopes = grad(sum(real), { images, read });
  const lengthOf = (slope: Tensor) => sqrt(add(sum(square(flatten(slope)), 1), EPS));
  const norm = lengthOf(slopes.images);
  return penalty === "r1"
    ? { loss: r1({ seen: images, outputs: real }, penaltyWeight), norm }
    : { loss: mul(pow(add(norm, lengthOf(slopes.read)), POWER), penaltyWeight), norm };
}

function generatorStep(networks: TextNetworks, config: TextGanConfig): Step {
  const { generator: lossOf, paired } = objectives[config.objective];
  return {
    name: GENERATOR,
    trains: [GENERATOR],
    objective(scope: Scope, { pixelsUnit, annotations }: Batch): Objective {
      const caption = requireAnnotation(annotations, "caption");
      const read = stopGradient(networks.read(scope, caption));
      const [count] = pixelsUnit.shape;
      const { images, told } = drawnImages(networks, config, scope, count, read);
      const seen = networks.look(scope, shown(scope.again("drawn"), images, config));
      const drawn = networks.judge(scope, seen, read);
      const real = paired
        ? networks.judge(
            scope,
            networks.look(scope, shown(scope, signed(pixelsUnit), config)),
            read,
          )
        : drawn;
      const kl = told.logVar && mean(klToStandardNormal(told.mean, told.logVar), 1);
      const found = () => matching(networks.describe(scope, seen), read, sameCaptions(caption));
      const matched = config.matching > 0 ? passedOff(found()) : undefined;
      return {
        loss: withTerms(
          lossOf(drawn, real),
          kl && mul(kl, config.conditioning),
          matched && mul(matched.loss, config.matching),
        ),
        metrics: {
          drawn,
          ...(kl && { kl }),
          ...(matched && { matching: matched.loss, found: matched.hits }),
        },
      };
    },
  };
}
