import { sliceAnnotations } from "../annotations.js";
import type { ImageSource } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { batchInputs } from "../state.js";
import {
  batchSizeFor,
  batchSizeOf,
  driveInBatches,
  joinBatches,
  overImages,
  requireCount,
  runInBatches,
  valuesOf,
  withBatchSize,
} from "./batches.js";
import type { Codes } from "./codes.js";
import { type Condition, conditionFor } from "./condition.js";

interface PriorOptions extends WorkOptions {
  readonly count: number;
  readonly seed?: number;
  /** What a conditional model's codes are drawn for; every class in turn where absent. */
  readonly condition?: Condition;
}

/**
 * Draws the codes that samples decode.
 *
 * @throws UnavailableError when the model has no prior of codes
 */
export async function priorCodes(model: LoadedModel, options: PriorOptions): Promise<Codes> {
  const { count, condition, seed = 0 } = options;
  const { draw } = requireCapability(model, "prior");
  requireCount("the number of codes", count);
  requireCount("the seed", seed, 0);
  const annotations = conditionFor(model, count, condition);
  const part = (first: number, size: number) =>
    sliceAnnotations(model.data.annotations, annotations, first, size);
  const batches = async () => {
    if (typeof draw !== "function") {
      const work = withBatchSize(options, batchSizeFor(model));
      return driveInBatches(model, work, (host, first, size) =>
        draw.drive(host, {
          size,
          first,
          seed,
          temperature: 1,
          draw: true,
          annotations: part(first, size),
        }),
      );
    }
    const program = await model.program("prior", (scope) => ({
      codes: draw(scope, "B", batchInputs(model.data).annotations),
    }));
    const run = withBatchSize(options, batchSizeOf(program));
    return runInBatches(model, program, {
      ...run,
      feeds: (first, size) => ({ ...part(first, size) }),
    });
  };
  const values = await joinBatches(await batches());
  return { count, length: values.length / count, values, annotations };
}

/**
 * Draws a code for each image from the encoder's distribution, or takes the one that the encoder makes.
 * All of them together are the aggregated posterior.
 *
 * @throws UnavailableError when the model has no prior of codes
 * @throws DataError when an image lacks pixels
 */
export async function posteriorCodes(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions & { readonly seed?: number } = {},
): Promise<Codes> {
  const { posterior } = requireCapability(model, "prior");
  const values = await joinBatches(
    valuesOf(overImages(model, source, options, "posterior", posterior)),
  );
  const { count } = source;
  return { count, length: values.length / count, values };
}
