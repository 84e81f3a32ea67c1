import { z } from "zod";
import { requireAnnotation } from "../../../core/annotations.js";
import type { Batch, DataTraits } from "../../../core/batch.js";
import type { Capabilities } from "../../../core/capability.js";
import { ConfigError } from "../../../core/errors.js";
import type { Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, cast, div, greater, less, mul, sub } from "../../../tensor/ops/elementwise.js";
import { zerosOfShape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { positionGraph } from "../../symbols/cache/fed.js";
import { cacheBytes } from "../../symbols/cache/kept.js";
import { drawImages } from "../../symbols/draw-images.js";
import { choiceOptions } from "../../symbols/draw-symbol.js";
import { maskedNats, randomMask } from "../../symbols/masking.js";
import { meanOver } from "../../symbols/mean-over.js";
import { parallelOptions } from "../../symbols/parallel-draw.js";
import type { DalleConfig } from "./config.js";
import type { Design } from "./design.js";
import { maskedDrawing, rasterDrawing } from "./drawing.js";
import { imageNats, textNats } from "./likelihood.js";
import type { Setup } from "./setup.js";
import { cacheShape } from "./stack.js";

/** What a model learns and can do in one order of an image's tokens. */
export interface Order {
  readonly objective: Step["objective"];
  /** [B] nats of the image's tokens given the caption, exact or a draw of a bound. */
  nll(scope: Scope, batch: Batch): Tensor;
  readonly capabilities: Pick<Capabilities, "sample" | "complete" | "score">;
}

const guidance = z
  .number()
  .min(0)
  .default(1)
  .describe("weight of the caption: 0 ignores it, 1 is the model, more exaggerates it");
const rasterOptions = z.strictObject({ ...choiceOptions, guidance });
const maskedOptions = z.strictObject({ ...parallelOptions, guidance });

const captionOf = ({ annotations }: Batch): Tensor => requireAnnotation(annotations, "caption");

/** bool [B]: the captions that training hides, by chance. */
const hiddenByChance = (scope: Scope, caption: Tensor, { config }: Setup): Tensor =>
  less(scope.noise("hide", [caption.shape[0]], "uniform"), config.dropCaption);

/** bool [B]: none. */
const shown = (caption: Tensor): Tensor => greater(zerosOfShape([caption.shape[0]]), 0);

/** Image token after token, each given the caption and all before it. */
export function rasterOrder(setup: Setup, design: Design, data: DataTraits): Order {
  const { config, symbols, imageLength } = setup;
  const nll = (scope: Scope, batch: Batch) => {
    const caption = captionOf(batch);
    const tokens = symbols.read(scope, batch.pixelsUnit);
    const logits = design.logits(scope.child("network"), caption, shown(caption), tokens);
    return imageNats(logits.image, tokens);
  };
  const drawing = (options: Readonly<Record<string, unknown>>) => {
    const chosen = rasterOptions.parse(options);
    requireGuidance(config, chosen.guidance);
    return rasterDrawing(setup, design, data, chosen);
  };
  const bytesPerImage = 2 * cacheBytes(cacheShape(setup, design.length, 1));
  return {
    nll,
    objective(scope, batch) {
      const caption = captionOf(batch);
      const tokens = symbols.read(scope, batch.pixelsUnit);
      const isHidden = hiddenByChance(scope, caption, setup);
      const { text, image } = design.logits(scope.child("network"), caption, isHidden, tokens);
      const imageLoss = div(imageNats(image, tokens), imageLength);
      if (text === undefined) return { loss: imageLoss, metrics: { imageNatsPerToken: imageLoss } };
      const { nats, symbols: count } = textNats(text, caption);
      // Where the caption is hidden, its words are not what the model reads, so they teach it nothing.
      const textLoss = mul(div(nats, count), sub(1, cast(isHidden, "float32")));
      return {
        loss: div(add(textLoss, mul(imageLoss, config.imageWeight)), 1 + config.imageWeight),
        metrics: {
          imageNatsPerToken: imageLoss,
          textNatsPerToken: div(textLoss, 1 - config.dropCaption),
        },
      };
    },
    capabilities: {
      sample: {
        options: rasterOptions,
        bytesPerImage,
        partial: true,
        step: {
          name: "decoder",
          build: (scope) => positionGraph(design.position(scope.child("network"), "B")),
        },
        drive: (host, request) => drawImages(host, drawing(request.options), request),
      },
      complete: {
        bytesPerImage,
        drive: (host, request) => drawImages(host, drawing({}), request),
      },
      score: {
        ...(symbols.tokens !== undefined && { tokens: symbols.tokens }),
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact, given the caption; ${symbols.describes}`,
        trace: nll,
      },
    },
  };
}

/** Masks that a score draws for an image, at most. */
const MOST_MASKS = 32;

/** Any image tokens given the caption and any others, which are hidden by chance. */
export function maskedOrder(setup: Setup, design: Design, data: DataTraits): Order {
  const { config, symbols, imageLength } = setup;
  const nats = (scope: Scope, { pixelsUnit }: Batch, caption: Tensor, isHidden: Tensor) => {
    const tokens = symbols.read(scope, pixelsUnit);
    const mask = randomMask(scope.child("masking"), tokens.shape[0], imageLength);
    const network = scope.child("network");
    return maskedNats(design.masked(network, caption, isHidden, tokens, mask.hidden), tokens, mask);
  };
  const bound = (scope: Scope, batch: Batch, masks: number) => {
    const caption = captionOf(batch);
    return meanOver(masks, (draw) =>
      nats(draw === 0 ? scope : scope.again(`mask${draw}`), batch, caption, shown(caption)),
    );
  };
  const drawing = (options: Readonly<Record<string, unknown>>) => {
    const chosen = maskedOptions.parse(options);
    requireGuidance(config, chosen.guidance);
    return maskedDrawing(setup, design, data, chosen);
  };
  const bytesPerImage = 2 * imageLength * symbols.count * Float32Array.BYTES_PER_ELEMENT;
  return {
    nll: (scope, batch) => bound(scope, batch, 1),
    objective(scope, batch) {
      const caption = captionOf(batch);
      const isHidden = hiddenByChance(scope, caption, setup);
      const loss = div(nats(scope, batch, caption, isHidden), imageLength);
      return { loss, metrics: { imageNatsPerToken: loss } };
    },
    capabilities: {
      sample: {
        options: maskedOptions,
        bytesPerImage,
        partial: true,
        drive: (host, request) => drawImages(host, drawing(request.options), request),
      },
      complete: {
        bytesPerImage,
        drive: (host, request) => drawImages(host, drawing({}), request),
      },
      score: {
        ...(symbols.tokens !== undefined && { tokens: symbols.tokens }),
        maxSamples: MOST_MASKS,
        kind: () => "bound",
        estimator: (masks) =>
          `upper bound over random orders, ${masks} random ${masks === 1 ? "mask" : "masks"} an image, given the caption; ${symbols.describes}`,
        trace: bound,
      },
    },
  };
}

/** @throws ConfigError when the model does not know images without a caption */
function requireGuidance({ dropCaption }: DalleConfig, weight: number): void {
  if (weight === 1 || dropCaption > 0) return;
  throw new ConfigError(
    "dalle: guidance needs a model that was trained with some captions hidden; train with dropCaption=0.1",
  );
}
