import { pixelsPerImage } from "../../core/batch.js";
import type { Condition } from "../../core/capabilities/condition.js";
import { ConfigError, DataError, UnavailableError } from "../../core/errors.js";
import { formatImageShape, type ImageSet, readImages } from "../../data/image-set.js";
import { askedBy, type Judges, NONE, type Slot } from "../../metrics/aspects/judges.js";
import { judgesFor } from "../../metrics/aspects/registry.js";
import { likeliest } from "../../metrics/classified.js";
import { FigmentError } from "../../tensor/errors.js";
import { type ExtractorOptions, type OpenExtractor, openExtractor } from "../open-extractor.js";

/** What was asked of images, which cycle through its lists. */
export type AskedOf = Pick<Condition, "caption" | "attributes">;

/** Judges with the runs that some slots need. */
export interface OpenJudges {
  readonly names: readonly string[];
  /** For the protocol. */
  readonly told: string;
  /** What annotations ask, for `count` images. @throws ConfigError when the judges cannot read it */
  asked(of: AskedOf, count: number): Int32Array;
  /** What images show: [count × slots] indices of values, or −1. */
  read(set: ImageSet): Promise<Int32Array>;
  close(): Promise<void>;
}

/**
 * Opens the judges of real images, and of others that are asked to show the like.
 *
 * @throws DataError when the images have another shape than these take
 */
export async function openJudges(real: ImageSet, options: ExtractorOptions): Promise<OpenJudges> {
  const judges = requireJudges(real);
  const runs = new Map<string, OpenExtractor>();
  const close = async () => {
    for (const run of runs.values()) await run.close();
  };
  try {
    for (const { run } of judges.slots) {
      if (run !== undefined && !runs.has(run)) {
        runs.set(run, await openExtractor(run, real, options));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    names: judges.slots.map(({ name }) => name),
    told: describeJudges(judges, runs),
    asked: (of, count) => askedBy(judges, of, count, (one) => notRead(one, judges)),
    read: (set) => readSlots(set, judges, runs),
    close,
  };
}

/** @throws FigmentError without judges; requireMetrics refuses such images first */
function requireJudges(real: ImageSet): Judges {
  const judges = judgesFor(real.source);
  if (judges === undefined) throw new FigmentError(`${real.name} has no judges`);
  const { channels, height, width } = judges.image;
  if (real.channels === channels && real.height === height && real.width === width) return judges;
  throw new DataError(
    `the judges of ${real.name} take images of ${formatImageShape(judges.image)}; these are ${formatImageShape(real)}`,
  );
}

function describeJudges({ slots }: Judges, runs: ReadonlyMap<string, OpenExtractor>): string {
  const byPixels = slots.filter(({ run }) => run === undefined).map(({ name }) => name);
  const byRuns = slots.flatMap(({ name, run }) =>
    run === undefined ? [] : [`${name} by ${run} (sha256 ${runs.get(run)?.extractor.sha256})`],
  );
  return [`${byPixels.join(", ")} by pixels`, ...byRuns].join("; ");
}

const notRead = ({ caption }: { readonly caption?: string }, { example }: Judges): ConfigError =>
  new ConfigError(
    caption === undefined
      ? "the images to judge have no captions"
      : `no judge knows what the caption "${caption}" asks; one that they know is "${example}"`,
  );

async function readSlots(
  set: ImageSet,
  { slots, read }: Judges,
  runs: ReadonlyMap<string, OpenExtractor>,
): Promise<Int32Array> {
  const ofRuns: (readonly [slot: number, values: Int32Array])[] = [];
  for (const [at, slot] of slots.entries()) {
    const run = slot.run === undefined ? undefined : runs.get(slot.run);
    if (run !== undefined) ofRuns.push([at, await classified(set, slot, run)]);
  }
  const { pixelsUnit } = await readImages(set);
  const size = pixelsPerImage(set);
  const values = new Int32Array(set.count * slots.length).fill(NONE);
  for (let image = 0; image < set.count; image++) {
    const seen = read(pixelsUnit.subarray(image * size, (image + 1) * size));
    // A run names a class for anything, even for an image that shows nothing.
    if (seen === undefined) continue;
    values.set(seen, image * slots.length);
    for (const [at, classes] of ofRuns) values[image * slots.length + at] = classes[image];
  }
  return values;
}

/** [count] indices of the slot's values that a run finds likeliest. */
async function classified(
  set: ImageSet,
  { values }: Slot,
  { extractor }: OpenExtractor,
): Promise<Int32Array> {
  const { classifier, name } = extractor;
  if (classifier === undefined) throw new UnavailableError(`${name} does not classify images`);
  const { names } = classifier;
  const probs = await classifier.probabilities(set);
  return Int32Array.from({ length: set.count }, (_, image) =>
    values.indexOf(names[likeliest(probs, names.length, image)]),
  );
}
