import { comparison } from "../../metrics/comparison/registry.js";
import { versions } from "../../training/versions.js";
import type { JudgedImages } from "../judged-images.js";
import { describeResizing } from "../open-extractor.js";
import { takesFeatures } from "./aspects.js";
import type { Evaluation, Work } from "./contract.js";
import type { KnownReal } from "./known-real.js";

/** Metrics that rest on a covariance. */
const OF_MOMENTS = "fd";

/** What stands under the table of a set of `total` images. */
export function cautionsOf(total: number, known: KnownReal, { metrics, images }: Work): string[] {
  const { real } = known.sets;
  const fewest = Math.min(total, real.features.count);
  const { width } = real.features;
  const offered = metrics.includes("fd-infinity") ? "read FD∞" : "add --metrics fd,fd-infinity";
  const featured = takesFeatures(metrics);
  return [
    ...(metrics.includes(OF_MOMENTS) && fewest <= width
      ? [
          `${fewest} images are no more than the ${width} features: the Fréchet distance is mostly bias. Compare it only with its floor, in equal numbers, or ${offered}`,
        ]
      : []),
    ...metrics.flatMap((name) => comparison(name).caution ?? []),
    ...(!featured
      ? []
      : known.unseen === undefined
        ? ["there is no floor, as all real images are compared with"]
        : known.unseen.features.count < total
          ? [
              `the floor is that of ${known.unseen.features.count} images, not of ${total}: there are no more`,
            ]
          : []),
    ...(images.training === undefined
      ? ["no training images are at hand, so copying cannot be seen"]
      : []),
  ];
}

/** How figures were found, all that another must know to find them again. */
export function protocolOf(
  one: JudgedImages,
  { sets, unseen }: KnownReal,
  total: number,
  condition: string | null,
  { through, images, judges, metrics, split, seed, channels, repeat = 1, draw = false }: Work,
): Evaluation["protocol"] {
  const { extractor, binarisation } = through;
  return {
    ...one.facts,
    ...(one.available === null && { pixels: draw ? "drawn" : "means" }),
    conditions: condition,
    "generated images": total,
    "real images": sets.real.features.count,
    "real set": images.real.name,
    split,
    "real binarisation": images.binarisation,
    "images of the floor": unseen === undefined ? null : Math.min(total, unseen.features.count),
    "training images searched":
      metrics.includes("memorisation") && sets.training
        ? `${sets.training.features.count} of ${images.training?.count}`
        : null,
    ...(takesFeatures(metrics) && {
      extractor: extractor.name,
      features: `${extractor.length} (${extractor.description})`,
      "extractor sha256": extractor.sha256,
      "extractor binarisation": binarisation.mode,
    }),
    ...(judges && { judges: judges.told }),
    ...(channels !== undefined && { channels: `all brought to ${channels}` }),
    ...(takesFeatures(metrics) && {
      resize: describeResizing(extractor, [one.shape, images.real]),
    }),
    quantisation: images.plane === undefined ? "floats to 256 levels" : "none",
    seed: repeat === 1 ? seed : `${seed} to ${seed + repeat - 1}`,
    version: versions().figment,
  };
}
