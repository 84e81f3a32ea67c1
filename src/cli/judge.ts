import { DataError } from "../core/errors.js";
import { requireCapability } from "../core/loaded-model.js";
import { formatImageShape, type ImageSet } from "../data/image-set.js";
import { openRun } from "../runs/index.js";
import type { OpenRun } from "../training/load-run.js";
import { given, type RunChoice } from "./options.js";
import { resolveRun } from "./run-reference.js";

/**
 * Opens a classifier that judges the images of another model.
 *
 * @param reference  a run directory or `zoo:NAME`
 * @param set        images of the shape that it is to judge
 * @throws UnavailableError when it is no classifier
 * @throws DataError when it reads images of another shape
 */
export async function openJudge(
  reference: string,
  { device, threads }: RunChoice,
  set: ImageSet,
): Promise<OpenRun> {
  const run = await openRun(resolveRun(reference), given({ device, threads }));
  try {
    requireCapability(run.model, "classify");
    const { channels, height, width } = run.model.data;
    if (set.channels === channels && set.height === height && set.width === width) return run;
    throw new DataError(
      `the images are ${formatImageShape(set)}, but the judge ${reference} reads ${formatImageShape(run.model.data)}`,
    );
  } catch (error) {
    await run.close();
    throw error;
  }
}
