import { ConfigError } from "../../core/errors.js";
import type { LoadOptions } from "../../data/load-dataset.js";
import { metricsNamed } from "../../metrics/comparison/registry.js";
import { type JudgedImages, openJudged } from "../judged-images.js";
import { openExtractor } from "../open-extractor.js";
import { commonData, loadReal } from "../real-images.js";
import { readsAspects, requireAsked, takesFeatures } from "./aspects.js";
import { defaultMetrics, requireImages, requireMetrics } from "./checks.js";
import type { EvaluateOptions, Evaluation, Work } from "./contract.js";
import { judge, requireRepeat } from "./judge.js";
import { describeReal } from "./known-real.js";
import { openJudges } from "./open-judges.js";

const MOST_BY_DEFAULT = 10_000;

/**
 * Compares images of runs, folders or `.npy` files with real ones. All input is checked before any image
 * is drawn, except for files of a folder that is too large for memory, which are decoded as they are read.
 *
 * @param references  run directories, `zoo:NAME`, folders or files of images
 * @throws ConfigError, DataError, RunError, UnavailableError: each says what to do
 */
export async function evaluate(
  references: readonly string[],
  options: EvaluateOptions = {},
): Promise<Evaluation[]> {
  const { split = "test", seed = 0, load = {}, channels } = options;
  if (references.length === 0) throw new ConfigError("name a run, a folder or a file to evaluate");
  requireRepeat(options.repeat);
  const asked = options.metrics && metricsNamed(options.metrics);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const judged: JudgedImages[] = [];
    for (const reference of references) {
      judged.push(await openJudged(reference, { ...options, ...noteOf(load) }));
      opened.push(judged[judged.length - 1]);
    }
    const source = options.real ?? commonData(judged.map(({ trainedOn }) => trainedOn));
    const images = await loadReal(source, split, { ...load, ...(channels && { channels }) });
    const count = options.count ?? Math.min(MOST_BY_DEFAULT, images.real.count);
    requireImages(images, judged, count, options.resize ?? false);
    // In the plane pixels are all there is to see; without features, the extractor with least to load.
    const needless = images.plane !== undefined || (asked && !takesFeatures(asked));
    const extractor = options.extractor ?? (needless ? "pixels" : undefined);
    const through = await openExtractor(extractor, images.real, options);
    opened.push(through);
    const metrics = asked ?? defaultMetrics(images, through);
    requireMetrics(metrics, images, through, judged, count);
    const judges = metrics.some(readsAspects) ? await openJudges(images.real, options) : undefined;
    if (judges !== undefined) {
      opened.push(judges);
      for (const one of judged) requireAsked(one, images.real, judges);
    }
    const work: Work = {
      ...options,
      seed,
      split,
      count,
      metrics,
      through,
      images,
      ...(judges && { judges }),
    };
    const known = await describeReal(work);
    const evaluations: Evaluation[] = [];
    for (const one of judged) evaluations.push(await judge(one, known, work));
    return evaluations;
  } finally {
    for (const { close } of opened) await close();
  }
}

const noteOf = ({ onNote }: LoadOptions) => (onNote === undefined ? {} : { onNote });
