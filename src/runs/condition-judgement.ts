import { alignedReader } from "../core/align-annotations.js";
import { consecutive } from "../core/capabilities/batches.js";
import { classify, likeliestClasses } from "../core/capabilities/classify.js";
import { DataError } from "../core/errors.js";
import { type Images, inMemory } from "../core/images.js";
import type { LoadedModel, WorkOptions } from "../core/loaded-model.js";
import { type ImageSet, readImages } from "../data/image-set.js";
import { type Share, shareOf } from "./counterfactuals.js";

/** How a classifier judges images that were drawn of what real images are. */
export interface ConditionJudgement {
  /** The classes that it knows. */
  readonly names: readonly string[];
  /** Drawn images that it gives the class of the real image. */
  readonly drawn: Share;
  /** Real images that it gives their class. */
  readonly real: Share;
}

/**
 * Asks a classifier whether drawn images are what they were asked to be.
 *
 * @param drawn  image i was drawn of what image i of `like` is
 * @param like   real images; their classes, or else their attributes, name the classifier's classes
 * @throws DataError when neither do
 */
export async function judgeConditions(
  judge: LoadedModel,
  drawn: Images,
  like: ImageSet,
  work: WorkOptions = {},
): Promise<ConditionJudgement> {
  const expected = expectedClasses(judge, like);
  const share = async ({ pixelsUnit, count }: Images): Promise<Share> => {
    const found = likeliestClasses(await classify(judge, inMemory(pixelsUnit, count), work));
    return shareOf(found.filter((value, at) => value === expected[at]).length, count);
  };
  return {
    names: judge.data.annotations.class?.names ?? [],
    drawn: await share(drawn),
    real: await share(await readImages(like)),
  };
}

/** The class of each image in the judge's numbers: [count] */
function expectedClasses(
  { data, definition }: LoadedModel,
  { annotations = {}, count, name }: ImageSet,
): Int32Array {
  const names = data.annotations.class?.names ?? [];
  const { class: own, attributes } = annotations;
  if (own?.names.every((one) => names.includes(one))) {
    const read = alignedReader(annotations, data.annotations, ["class"], definition.id);
    return read(consecutive(0, count)).class ?? new Int32Array();
  }
  const places = names.map((one) => attributes?.names.indexOf(one) ?? -1);
  const lacking = names[places.findIndex((place) => place < 0)];
  if (attributes === undefined || lacking !== undefined) {
    throw new DataError(
      `the images of ${name} do not say which of the judge's classes (${names.slice(0, 5).join(", ")} …) they are of`,
    );
  }
  const width = attributes.names.length;
  return Int32Array.from({ length: count }, (_, image) =>
    places.findIndex((place) => attributes.values[image * width + place] === 1),
  );
}
