import { ConfigError, DataError } from "../../core/errors.js";
import { requireWhole } from "../../core/missing-pixels.js";
import { formatImageShape } from "../../data/image-set.js";
import { judgedDatasets, judgesFor } from "../../metrics/aspects/registry.js";
import type { Need } from "../../metrics/comparison/comparison.js";
import { comparison, type MetricName } from "../../metrics/comparison/registry.js";
import { FEWEST_EXTRAPOLATED } from "../../metrics/frechet-infinity.js";
import { MOST_COVARIED } from "../../metrics/moments.js";
import { scalesFor } from "../../metrics/ms-ssim/similarity.js";
import type { JudgedImages } from "../judged-images.js";
import type { OpenExtractor } from "../open-extractor.js";
import type { RealImages } from "../real-images.js";
import { canScore } from "./likelihood.js";

/** Two images for each split of an Inception Score, and a cell of the copying test. */
export const FEWEST = 20;
/** Real images from which Parzen windows choose their bandwidth. */
export const SPARE = 1000;

/** Refuses images that cannot be compared. */
export function requireImages(
  { real, unseen }: RealImages,
  judged: readonly JudgedImages[],
  count: number,
  resize: boolean,
): void {
  for (const set of [real, ...(unseen ? [unseen] : [])]) {
    requireWhole(set, "show", "they cannot be compared");
    requireEnough(`the real images (${set.name}, ${set.split})`, set.count);
  }
  for (const { name, shape, available } of judged) {
    if (shape.channels !== real.channels) {
      throw new DataError(
        `the images of ${name} are ${formatImageShape(shape)}, the real ones ${formatImageShape(real)}: the channels differ. Let all be brought to grey or to colour: --channels 1 or 3`,
      );
    }
    if ((shape.height !== real.height || shape.width !== real.width) && !resize) {
      throw new DataError(
        `the images of ${name} are ${formatImageShape(shape)}, the real ones ${formatImageShape(real)}. Let them be resized: --resize`,
      );
    }
    requireEnough(name, Math.min(count, available ?? count));
  }
}

function requireEnough(what: string, count: number): void {
  if (count >= FEWEST) return;
  throw new DataError(`${what}: ${count} images are too few to compare; ${FEWEST} are needed`);
}

/** The usual metrics that can be computed; those of images, where these are not points of the plane. */
export const defaultMetrics = (
  { training, plane }: RealImages,
  { extractor }: OpenExtractor,
): MetricName[] => [
  ...(plane === undefined ? (["fd", "kd", "prdc"] as const) : []),
  ...(extractor.classifier === undefined ? [] : (["is"] as const)),
  ...(training === undefined ? [] : (["memorisation"] as const)),
  ...(plane === undefined ? [] : (["plane"] as const)),
];

/** @throws ConfigError when a metric needs what is not there */
export function requireMetrics(
  metrics: readonly MetricName[],
  images: RealImages,
  { extractor }: OpenExtractor,
  judged: readonly JudgedImages[],
  count: number,
): void {
  const { real, unseen, training, plane } = images;
  const lacking: Readonly<Record<Need, string | undefined>> = {
    covariance:
      extractor.length > MOST_COVARIED
        ? `at most ${MOST_COVARIED} features, and ${extractor.name} has ${extractor.length}, whose covariance takes too much memory and time: choose --extractor random or a run, or --metrics without fd and fd-infinity`
        : undefined,
    classes:
      extractor.classifier === undefined
        ? `an extractor that classifies; ${extractor.name} does not`
        : undefined,
    training:
      training === undefined
        ? "training images apart from the real ones: take the split test or train, not all"
        : undefined,
    spare:
      (unseen?.count ?? 0) < count + FEWEST
        ? `${count + FEWEST} real images apart from those compared with, and there are ${unseen?.count ?? 0}: lower --count`
        : undefined,
    pixels: undefined,
    plane: plane === undefined ? "real images from a known density, such as ring" : undefined,
    likelihood: judged.some(canScore) ? undefined : "a run that scores images",
    aspects:
      judgesFor(real.source) === undefined
        ? `real images whose captions have judges (${judgedDatasets.join(", ")}); ${real.name} has none`
        : undefined,
  };
  for (const name of metrics) {
    const { needs, description } = comparison(name);
    const need = needs.find((one) => lacking[one] !== undefined);
    if (need !== undefined) {
      throw new ConfigError(`${name} (${description}) needs ${lacking[need]}`);
    }
    if (name === "ms-ssim") scalesFor(real);
    if (name === "fd-infinity") requireExtrapolated(images, judged, count);
  }
}

/** @throws ConfigError when a judged set, or that of the floor, has too few images for FD∞ */
function requireExtrapolated(
  { unseen }: RealImages,
  judged: readonly JudgedImages[],
  count: number,
): void {
  const sets = [
    ...judged.map(({ name, available }) => ({ what: name, has: available ?? Infinity })),
    ...(unseen ? [{ what: `the floor (${unseen.name}, ${unseen.split})`, has: unseen.count }] : []),
  ];
  for (const { what, has } of sets) {
    const taken = Math.min(count, has);
    if (taken >= FEWEST_EXTRAPOLATED) continue;
    const remedy = has < FEWEST_EXTRAPOLATED ? "leave it out" : "raise --count";
    throw new ConfigError(
      `fd-infinity needs ${FEWEST_EXTRAPOLATED} images of ${what}, and there are ${taken}: ${remedy}`,
    );
  }
}
