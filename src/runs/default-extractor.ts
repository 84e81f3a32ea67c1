import { pixelsPerImage } from "../core/batch.js";
import type { DataSpec } from "../data/data-spec.js";
import { splitName } from "../data/dataset-variants.js";
import { formatImageShape, type ImageSet } from "../data/image-set.js";
import { MOST_COVARIED } from "../metrics/moments.js";
import { findModel } from "../models/registry.js";
import { describeRun } from "../training/describe-run.js";
import { readRun } from "../training/run-directory.js";
import { runDirectory, zooNames } from "./zoo.js";

/** The extractor for some real images where the user names none. */
export interface DefaultExtractor {
  readonly reference: string;
  readonly warnings: readonly string[];
}

/**
 * The run of the zoo that was trained to classify the same data, with any options of the data set. Else
 * the only one for images of that size and kind; else raw pixels, or a random network where these are too
 * many for a covariance. All but the first come with a warning.
 */
export async function defaultExtractor(real: ImageSet): Promise<DefaultExtractor> {
  const classifiers = await zooClassifiers(real.channels);
  const same = classifiers.find(({ data }) => nameOf(data.source) === nameOf(real.source));
  if (same !== undefined) return { reference: same.reference, warnings: [] };
  const alike = classifiers.filter(
    ({ data }) => data.height === real.height && data.width === real.width,
  );
  const [only] = alike;
  if (alike.length === 1) {
    return {
      reference: only.reference,
      warnings: [
        `the images are compared by features of ${only.reference}, which was trained on others (${only.data.name}); choose features with --extractor`,
      ],
    };
  }
  const others = alike.map(({ reference }) => reference).join(" or ");
  const choice =
    alike.length > 1
      ? `such as ${others}, which take ${formatImageShape(real)}`
      : "if there is one";
  const [reference, features] =
    pixelsPerImage(real) > MOST_COVARIED
      ? ["random", "features of a network with random weights"]
      : ["pixels", "raw pixels"];
  return {
    reference,
    warnings: [
      `the images are compared by ${features}, which see little of what an image shows; choose a run that encodes or classifies with --extractor, ${choice}`,
    ],
  };
}

/** Runs trained to classify, with codes, images of so many channels as they are. */
async function zooClassifiers(channels: number) {
  const found: { readonly reference: string; readonly data: DataSpec }[] = [];
  for (const name of zooNames()) {
    const reference = `zoo:${name}`;
    const directory = runDirectory(reference);
    const { data, definition, model } = describeRun(await readRun(directory), directory, findModel);
    const { classify, encode } = model.capabilities;
    const isClassifier = definition.family === "discriminative" && classify !== undefined;
    const isJudge = isClassifier && encode !== undefined;
    if (isJudge && data.channels === channels && data.binarisation.mode === "none") {
      found.push({ reference, data });
    }
  }
  return found;
}

const nameOf = (source: string): string => splitName(source).name;
