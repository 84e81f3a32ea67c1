import { setImmediate } from "node:timers/promises";
import { ConfigError, DataError } from "../core/errors.js";
import { requireWhole } from "../core/missing-pixels.js";
import { formatImageShape, type ImageSet } from "../data/image-set.js";
import type { LoadOptions } from "../data/load-dataset.js";
import { resizeSet } from "../data/resize.js";
import {
  type ComparedSets,
  comparisons,
  type DescribedSet,
  type Figure,
  isUniform,
  type MetricName,
  metricsNamed,
} from "../metrics/comparison.js";
import { chosenFeatures, FeatureSet, type Features } from "../metrics/features.js";
import { versions } from "../training/versions.js";
import { drawnFrom, type JudgedImages, openJudged, partsOf } from "./judged-images.js";
import {
  describeResizing,
  type OpenExtractor,
  openExtractor,
  overParts,
} from "./open-extractor.js";
import type { OpenRunOptions } from "./open-run.js";
import { commonData, loadReal, type RealImages, type RealSplit } from "./real-images.js";

const MOST_BY_DEFAULT = 10_000;
/** Training images to look for copies of, where fewer images are compared. */
const FEWEST_SEARCHED = 2_000;
/** Two images for each split of an Inception Score, and a cell of the copying test. */
const FEWEST = 20;

export interface EvaluateOptions extends OpenRunOptions {
  /** Real images, by a data set's name or a path; by default those that the runs were trained on. */
  readonly real?: string;
  /** Which of them to compare with; `test` by default. */
  readonly split?: RealSplit;
  /** Images of each set; by default 10,000, or as many as there are real ones. */
  readonly count?: number;
  /** Names of metrics; by default all that the extractor and the data allow. */
  readonly metrics?: readonly string[];
  /** As {@link openExtractor} takes it. */
  readonly extractor?: string;
  /** Whether to draw each pixel of a sample, in place of showing its mean. */
  readonly draw?: boolean;
  /** Brings images of another size to that of the real ones. */
  readonly resize?: boolean;
  readonly seed?: number;
  readonly load?: Omit<LoadOptions, "split">;
  readonly signal?: AbortSignal;
  readonly onProgress?: (work: EvaluationProgress) => void;
}

export interface EvaluationProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** A figure beside its floor. */
export interface JudgedFigure extends Figure {
  readonly metric: MetricName;
  /** The same figure of real images that it is not compared with; null where there are none. */
  readonly floor: number | null;
}

/** What one set of images is worth, and how that was found. */
export interface Evaluation {
  readonly of: string;
  readonly figures: readonly JudgedFigure[];
  readonly protocol: Readonly<Record<string, string | number | null>>;
  readonly warnings: readonly string[];
}

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
  const { split = "test", seed = 0, load = {} } = options;
  if (references.length === 0) throw new ConfigError("name a run, a folder or a file to evaluate");
  const asked = options.metrics && metricsNamed(options.metrics);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const judged: JudgedImages[] = [];
    for (const reference of references) {
      judged.push(await openJudged(reference, { ...options, ...noteOf(load) }));
      opened.push(judged[judged.length - 1]);
    }
    const source = options.real ?? commonData(judged.map(({ trainedOn }) => trainedOn));
    const images = await loadReal(source, split, load);
    const count = options.count ?? Math.min(MOST_BY_DEFAULT, images.real.count);
    requireImages(images, judged, count, options.resize ?? false);
    const through = await openExtractor(options.extractor, images.real, options);
    opened.push(through);
    const metrics = asked ?? defaultMetrics(images, through);
    requireMetrics(metrics, images, through);
    const work: Work = { ...options, seed, split, count, metrics, through, images };
    const known = await describeReal(work);
    const evaluations: Evaluation[] = [];
    for (const one of judged) evaluations.push(await judge(one, known, work));
    return evaluations;
  } finally {
    for (const { close } of opened) await close();
  }
}

const noteOf = ({ onNote }: LoadOptions) => (onNote === undefined ? {} : { onNote });

interface Work extends EvaluateOptions {
  readonly seed: number;
  readonly split: RealSplit;
  readonly count: number;
  readonly metrics: readonly MetricName[];
  readonly through: OpenExtractor;
  readonly images: RealImages;
}

/** Refuses what cannot be compared. */
function requireImages(
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
        `the images of ${name} are ${formatImageShape(shape)}, the real ones ${formatImageShape(real)}: the channels differ`,
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

const defaultMetrics = ({ training }: RealImages, { extractor }: OpenExtractor): MetricName[] => [
  "fd",
  "kd",
  "prdc",
  ...(extractor.classifier === undefined ? [] : (["is"] as const)),
  ...(training === undefined ? [] : (["memorisation"] as const)),
];

function requireMetrics(
  metrics: readonly MetricName[],
  { training }: RealImages,
  { extractor }: OpenExtractor,
): void {
  for (const name of metrics) {
    const { needs, description } = comparisons[name];
    if (needs === "classes" && extractor.classifier === undefined) {
      throw new ConfigError(
        `${name} (${description}) needs an extractor that classifies; ${extractor.name} does not`,
      );
    }
    if (needs === "training" && training === undefined) {
      throw new ConfigError(
        `${name} (${description}) needs training images apart from the real ones: take the split test or train, not all`,
      );
    }
  }
}

/** Features of the real images, and the floors, which all judged sets of a size share. */
interface KnownReal {
  readonly sets: Omit<ComparedSets, "generated">;
  readonly unseen?: DescribedSet;
  readonly floors: Map<number, Promise<ReadonlyMap<string, number>>>;
}

async function describeReal(work: Work): Promise<KnownReal> {
  const { images, count, seed, metrics } = work;
  const describe = (set: ImageSet, most: number, label: string) => {
    const chosen = drawnFrom(set, most, seed);
    return described(partsOf(chosen), chosen.count, label, work);
  };
  const real = await describe(images.real, count, "features of the real images");
  if (isUniform(real.features)) {
    throw new DataError(`the real images (${images.real.name}) all look alike to the extractor`);
  }
  if (images.unseen === undefined) return { sets: { real }, floors: new Map() };
  const searched = metrics.includes("memorisation") && images.unseen === images.training;
  const most = searched ? Math.max(count, FEWEST_SEARCHED) : count;
  const unseen = await describe(images.unseen, most, "features of the other real images");
  const [training, heldOut] = images.training === images.real ? [real, unseen] : [unseen, real];
  return {
    sets: { real, training: training.features, heldOut: heldOut.features },
    unseen,
    floors: new Map(),
  };
}

/** Brings images to the extractor part by part, and gathers what it says about them. */
async function described(
  parts: AsyncIterable<ImageSet> | Iterable<ImageSet>,
  total: number,
  label: string,
  { through, metrics, signal, onProgress }: Work,
): Promise<DescribedSet> {
  const { extractor } = through;
  const gathered = new FeatureSet(extractor.length);
  const classifier = metrics.includes("is") ? extractor.classifier : undefined;
  const probs = classifier && new Float32Array(total * classifier.names.length);
  const classify = async (taken: ImageSet, first: number) => {
    if (classifier === undefined) return;
    probs?.set(await classifier.probabilities(taken), first * classifier.names.length);
  };
  onProgress?.({ label, done: 0, total });
  for await (const { batch, done } of overParts(parts, through, classify)) {
    signal?.throwIfAborted();
    gathered.add(batch);
    onProgress?.({ label, done, total });
  }
  return { features: gathered.result(), ...(probs && { probs }) };
}

async function judge(one: JudgedImages, known: KnownReal, work: Work): Promise<Evaluation> {
  const { count, images } = work;
  const total = Math.min(count, one.available ?? count);
  const { height, width } = images.real;
  const sized = async function* () {
    for await (const part of one.parts({ ...work, count: total })) {
      yield resizeSet(part, { height, width, fit: "fill" });
    }
  };
  const generated = await described(sized(), total, `features of ${one.name}`, work);
  const figures = await measured({ ...known.sets, generated }, `${one.name}: `, work);
  const floors = await floorsFor(total, known, work);
  const floorCount =
    known.unseen === undefined ? null : Math.min(total, known.unseen.features.count);
  return {
    of: one.name,
    figures: figures.map((figure) => ({
      ...figure,
      figure: nameOf(figure, work.through),
      floor: floors.get(figure.figure) ?? null,
    })),
    protocol: protocolOf(one, known, total, floorCount, work),
    warnings: [
      ...one.warnings,
      ...work.through.warnings,
      ...cautions(generated.features, known, total),
    ],
  };
}

/** An extractor may have a name of its own for the Fréchet distance. */
const nameOf = (
  { figure, metric }: JudgedFigure | Omit<JudgedFigure, "floor">,
  { extractor }: OpenExtractor,
) => (metric === "fd" ? (extractor.distance ?? figure) : figure);

/** The metrics of a set, with a pause before each in which progress is shown and Ctrl-C is heard. */
async function measured(sets: ComparedSets, of: string, work: Work) {
  const { metrics, seed, signal, onProgress } = work;
  const figures: (Figure & { readonly metric: MetricName })[] = [];
  for (const [done, metric] of metrics.entries()) {
    onProgress?.({ label: of + comparisons[metric].description, done, total: metrics.length });
    await setImmediate();
    signal?.throwIfAborted();
    for (const figure of comparisons[metric].measure(sets, seed))
      figures.push({ metric, ...figure });
  }
  return figures;
}

/** The floors for so many images: those of real images in place of generated ones. */
function floorsFor(
  count: number,
  { sets, unseen, floors }: KnownReal,
  work: Work,
): Promise<ReadonlyMap<string, number>> {
  const held = floors.get(count);
  if (held !== undefined) return held;
  const found = (async () => {
    const values = new Map<string, number>();
    const stands = {
      unseen: unseen && firstOf(unseen, count),
      real: sets.real,
      heldOut: sets.heldOut && { features: sets.heldOut },
    };
    for (const metric of work.metrics) {
      const generated = stands[comparisons[metric].floor];
      if (generated === undefined) continue;
      const only = { ...work, metrics: [metric] };
      const figures = await measured({ ...sets, generated }, "the floor: ", only);
      for (const { figure, value } of figures) values.set(figure, value);
    }
    return values;
  })();
  floors.set(count, found);
  return found;
}

const firstOf = ({ features }: DescribedSet, count: number): DescribedSet => ({
  features: chosenFeatures(features, [...Array(Math.min(count, features.count)).keys()]),
});

function cautions(generated: Features, known: KnownReal, total: number): string[] {
  const { real } = known.sets;
  const fewest = Math.min(generated.count, real.features.count);
  const { width } = generated;
  return [
    ...(fewest <= width
      ? [
          `${fewest} images are no more than the ${width} features: the Fréchet distance is mostly bias; compare it only with its floor, in equal numbers`,
        ]
      : []),
    ...(known.unseen === undefined
      ? ["there is no floor, as all real images are compared with"]
      : known.unseen.features.count < total
        ? [
            `the floor is that of ${known.unseen.features.count} images, not of ${total}: there are no more`,
          ]
        : []),
    ...(isUniform(generated) ? ["all images of the set look alike to the extractor"] : []),
  ];
}

function protocolOf(
  one: JudgedImages,
  { sets }: KnownReal,
  total: number,
  floorCount: number | null,
  { through, images, metrics, split, seed, draw = false }: Work,
): Evaluation["protocol"] {
  const { extractor, binarisation } = through;
  return {
    ...one.facts,
    ...(one.available === null && { pixels: draw ? "drawn" : "means" }),
    "generated images": total,
    "real images": sets.real.features.count,
    "real set": images.real.name,
    split,
    "real binarisation": images.binarisation,
    "images of the floor": floorCount,
    "training images searched":
      metrics.includes("memorisation") && sets.training
        ? `${sets.training.count} of ${images.training?.count}`
        : null,
    extractor: extractor.name,
    features: `${extractor.length} (${extractor.description})`,
    "extractor sha256": extractor.sha256,
    "extractor binarisation": binarisation.mode,
    resize: describeResizing(extractor, [one.shape, images.real]),
    quantisation: "floats to 256 levels",
    seed,
    version: versions().figment,
  };
}
