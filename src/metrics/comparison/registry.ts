import { ConfigError } from "../../core/errors.js";
import { didYouMean } from "../../core/suggest.js";
import { aspects } from "./aspects.js";
import { inceptionScore, intraClass, modes } from "./classes.js";
import type { Comparison } from "./comparison.js";
import {
  frechet,
  frechetUnbiased,
  kernel,
  maximumMeanDiscrepancy,
  slicedWasserstein,
} from "./distances.js";
import { diversity } from "./diversity.js";
import { likelihood } from "./likelihood.js";
import { manifolds } from "./manifolds.js";
import { memorisation } from "./memorisation.js";
import { parzen } from "./parzen.js";
import { plane } from "./plane.js";

/** Metrics of sets of images by name, in the order in which results list them. */
export const comparisons = {
  fd: frechet,
  "fd-infinity": frechetUnbiased,
  kd: kernel,
  cmmd: maximumMeanDiscrepancy,
  mind: slicedWasserstein,
  prdc: manifolds,
  is: inceptionScore,
  modes,
  "intra-class": intraClass,
  "ms-ssim": diversity,
  memorisation,
  nll: likelihood,
  parzen,
  plane,
  aspects,
} as const satisfies Readonly<Record<string, Comparison>>;

export type MetricName = keyof typeof comparisons;

/** A metric by its name. */
export const comparison = (name: MetricName): Comparison => comparisons[name];

const metricNames = Object.keys(comparisons) as MetricName[];

/** Metrics by name, in the order of results. @throws ConfigError for an unknown name, or for none */
export function metricsNamed(names: readonly string[]): MetricName[] {
  const unknown = names.find((name) => !Object.hasOwn(comparisons, name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `there is no metric "${unknown}"${didYouMean(unknown, metricNames)}; there are ${metricNames.join(", ")}`,
    );
  }
  if (names.length === 0) throw new ConfigError("no metric is named");
  return metricNames.filter((name) => names.includes(name));
}
