import { pixelsPerImage } from "../../../core/batch.js";
import { encode } from "../../../core/capabilities/codes.js";
import { inMemory } from "../../../core/images.js";
import type { LoadedModel } from "../../../core/loaded-model.js";
import { FeatureSet, type Features } from "../../../metrics/features.js";
import { frechetDistance } from "../../../metrics/frechet-distance.js";
import { FeatureMoments } from "../../../metrics/moments.js";
import { precisionRecall } from "../../../metrics/precision-recall.js";

/** Features of images: what the model makes of them, or their pixels. */
export async function featuresOf(
  model: LoadedModel,
  pixelsUnit: Float32Array,
  kind: "learned" | "pixels",
): Promise<Features> {
  const size = pixelsPerImage(model.data);
  const count = pixelsUnit.length / size;
  if (kind === "pixels") return gathered(pixelsUnit, size);
  const { values, length } = await encode(model, inMemory(pixelsUnit, count));
  return gathered(values, length);
}

function gathered(values: Float32Array, width: number): Features {
  const set = new FeatureSet(width);
  set.add({ first: 0, values });
  return set.result();
}

/** How a set of images compares with training images, by the metrics that the studio shows. */
export interface Comparison {
  readonly frechet: number;
  /** Share of images that look real. */
  readonly precision: number;
  /** Share of the training images that some image is close to. */
  readonly coverage: number;
}

export function compared(training: Features, made: Features): Comparison {
  const [real, fake] = [training, made].map(({ width, values }) => {
    const moments = new FeatureMoments(width);
    moments.add({ first: 0, values });
    return moments.result();
  });
  const { precision, coverage } = precisionRecall(training, made);
  return { frechet: frechetDistance(real, fake).value, precision, coverage };
}
