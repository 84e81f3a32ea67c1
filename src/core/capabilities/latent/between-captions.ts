import { stream } from "../../../runtime/random.js";
import { input } from "../../../tensor/tensor.js";
import { UnavailableError } from "../../errors.js";
import type { Images } from "../../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../../loaded-model.js";
import { batchInputs } from "../../state.js";
import {
  batchSizeOf,
  joinBatches,
  requireCount,
  runInBatches,
  toImages,
  withBatchSize,
} from "../batches.js";
import { conditionFor } from "../condition.js";

export interface BetweenCaptions extends WorkOptions {
  /** At least two. */
  readonly captions: readonly string[];
  /** Images per path, both ends included; at least 2. */
  readonly steps: number;
  /** Decides the one code that all images share. */
  readonly seed?: number;
}

/** The second caption's input, beside `caption`. */
const TO = "to.caption";

/**
 * Draws images on the way from each caption to the next, all of the same noise.
 *
 * @returns  (captions − 1) · steps images, path after path
 * @throws UnavailableError when the model cannot draw between captions
 * @throws ConfigError when there are fewer than two captions, or one that the model cannot read
 */
export async function betweenCaptions(
  model: LoadedModel,
  { captions, steps, seed = 0, ...options }: BetweenCaptions,
): Promise<Images> {
  const decoder = requireCapability(model, "decode");
  const between = "between" in decoder ? decoder.between : undefined;
  if (between === undefined) {
    throw new UnavailableError(`${model.definition.id} cannot draw between two captions`);
  }
  requireCount("the number of captions", captions.length, 2);
  requireCount("the number of steps", steps, 2);
  const { caption } = conditionFor(model, captions.length, { caption: captions });
  const { codeLength } = decoder;
  const code = new Float64Array(codeLength);
  stream(seed, "between captions").normal(code);
  const { annotations } = batchInputs(model.data);
  const length = model.data.annotations.caption?.length ?? 0;
  const program = await model.program("decode.between", (scope) => ({
    pixelsUnit: between(scope, input("codes", ["B", codeLength]), {
      draw: false,
      annotations,
      to: { caption: input(TO, ["B", length], "int32") },
      share: input("share", ["B"]),
    }),
  }));
  const words = (first: number, size: number, further: number) =>
    Int32Array.from({ length: size * length }, (_, at) => {
      const path = Math.floor((first + Math.floor(at / length)) / steps);
      return caption?.[(path + further) * length + (at % length)] ?? 0;
    });
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count: (captions.length - 1) * steps,
    feeds: (first: number, size: number) => ({
      codes: Float32Array.from({ length: size * codeLength }, (_, at) => code[at % codeLength]),
      caption: words(first, size, 0),
      [TO]: words(first, size, 1),
      share: Float32Array.from({ length: size }, (_, at) => ((first + at) % steps) / (steps - 1)),
    }),
  };
  return toImages(model, await joinBatches(runInBatches(model, program, run)));
}
