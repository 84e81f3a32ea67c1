import { z } from "zod";
import type { Batch, DataTraits } from "../../../core/batch.js";
import type { Capabilities } from "../../../core/capability.js";
import { categoricalNll } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { positionGraph } from "../../symbols/cache/fed.js";
import { cacheBytes } from "../../symbols/cache/kept.js";
import { drawImages } from "../../symbols/draw-images.js";
import { choiceOptions } from "../../symbols/draw-symbol.js";
import { maskedNats, randomMask } from "../../symbols/masking.js";
import { meanOver } from "../../symbols/mean-over.js";
import { parallelOptions } from "../../symbols/parallel-draw.js";
import { maskedDrawing, rasterDrawing } from "./drawing.js";
import {
  cacheShape,
  maskedLogits,
  type Network,
  positionProgram,
  symbolLogits,
} from "./network.js";

/** What a model learns and can do in one order of its symbols. */
export interface Order {
  /** [B] nats, exact or a draw of a bound. */
  nll(scope: Scope, batch: Batch): Tensor;
  readonly capabilities: Pick<Capabilities, "sample" | "complete" | "score">;
}

const rasterOptions = z.strictObject(choiceOptions);
const maskedOptions = z.strictObject(parallelOptions);

/** Symbol after symbol, each given all before it. */
export function rasterOrder(network: Network, data: DataTraits): Order {
  const { symbols } = network;
  const nll = (scope: Scope, { pixelsUnit, annotations }: Batch) => {
    const read = symbols.read(scope, pixelsUnit);
    return categoricalNll(read, symbolLogits(scope.child("network"), network, read, annotations));
  };
  const bytesPerImage = cacheBytes(cacheShape(network, 1));
  const drawing = (options: Readonly<Record<string, unknown>>) =>
    rasterDrawing(network, data, rasterOptions.parse(options));
  return {
    nll,
    capabilities: {
      sample: {
        options: rasterOptions,
        bytesPerImage,
        partial: true,
        step: {
          name: "decoder",
          build: (scope) => positionGraph(positionProgram(scope.child("network"), network, "B")),
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
        estimator: () => `exact; ${symbols.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}

/** Masks that a score draws for an image, at most. */
const MOST_MASKS = 32;

/** Any symbols given any others, which are hidden by chance. */
export function maskedOrder(network: Network, data: DataTraits): Order {
  const { symbols, length } = network;
  const bound = (scope: Scope, { pixelsUnit, annotations }: Batch, masks: number) => {
    const read = symbols.read(scope, pixelsUnit);
    return meanOver(masks, (draw) => {
      const own = draw === 0 ? scope : scope.again(`mask${draw}`);
      const mask = randomMask(own.child("masking"), pixelsUnit.shape[0], length);
      const logits = maskedLogits(own.child("network"), network, read, mask.hidden, annotations);
      return maskedNats(logits, read, mask);
    });
  };
  const drawing = (options: Readonly<Record<string, unknown>>) =>
    maskedDrawing(network, data, maskedOptions.parse(options));
  const bytesPerImage = length * symbols.count * Float32Array.BYTES_PER_ELEMENT;
  return {
    nll: (scope, batch) => bound(scope, batch, 1),
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
          `upper bound over random orders, ${masks} random ${masks === 1 ? "mask" : "masks"} an image; ${symbols.describes}`,
        trace: bound,
      },
    },
  };
}
