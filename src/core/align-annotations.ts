import {
  type AnnotationName,
  type Annotations,
  type AnnotationTraits,
  type AnnotationValues,
  gatherAnnotations,
} from "./annotations.js";
import { DataError } from "./errors.js";
import { didYouMean } from "./suggest.js";

/**
 * Translates annotations of other images into the numbers that a model knows. Classes, attributes
 * and words are matched by name, never by position.
 *
 * @param annotations  annotations of the images
 * @param traits       names that the model knows
 * @param needed       annotations that the model reads; the others are dropped
 * @param subject      the reader, for messages
 * @returns            a function that reads the values of the images `indices`
 * @throws DataError when the images lack an annotation or carry a name that the model does not know
 */
export function alignedReader(
  annotations: Annotations,
  traits: AnnotationTraits,
  needed: readonly AnnotationName[],
  subject: string,
): (indices: ArrayLike<number>) => AnnotationValues {
  const lacking = needed.find((name) => annotations[name] === undefined);
  if (lacking !== undefined) {
    throw new DataError(
      `this ${subject} reads the ${lacking} of each image, but the images have none`,
    );
  }
  const chosen = Object.fromEntries(needed.map((name) => [name, annotations[name]]));
  const align = needed.map((name) => aligners[name](chosen, traits, subject));
  return (indices) =>
    align.reduce((values, each) => each(values), gatherAnnotations(chosen, indices));
}

type Align = (values: AnnotationValues) => AnnotationValues;

const aligners: Readonly<
  Record<AnnotationName, (from: Annotations, to: AnnotationTraits, subject: string) => Align>
> = {
  class({ class: from }, { class: to }, subject) {
    const numbers = matchNames(
      "class",
      from?.names ?? [],
      to?.names ?? [],
      subject,
      used(from?.values),
    );
    return (values) => ({
      ...values,
      class: Int32Array.from(values.class ?? [], (number) => numbers[number]),
    });
  },
  attributes({ attributes: from }, { attributes: to }, subject) {
    const [given, known] = [from?.names ?? [], to?.names ?? []];
    matchNames("attribute", given, known, subject, undefined);
    const places = matchNames("attribute", known, given, "data set", undefined);
    return (values) => {
      const { attributes } = values;
      if (attributes === undefined) return values;
      const aligned = Float32Array.from(
        { length: (attributes.length / given.length) * known.length },
        (_, at) => {
          const image = Math.floor(at / known.length);
          return attributes[image * given.length + places[at % known.length]];
        },
      );
      return { ...values, attributes: aligned };
    };
  },
  caption({ caption: from }, { caption: to }, subject) {
    const words = from?.vocabulary ?? [];
    const numbers = matchNames("word", words, to?.vocabulary ?? [], subject, used(from?.values));
    const [given, length] = [from?.length ?? 0, to?.length ?? 0];
    const long = (from?.values ?? []).findIndex((word, at) => word !== 0 && at % given >= length);
    if (long >= 0) {
      throw new DataError(
        `the caption of image ${Math.floor(long / given)} is longer than the ${length} words that this ${subject} reads`,
      );
    }
    return (values) => {
      const { caption } = values;
      if (caption === undefined) return values;
      const aligned = Int32Array.from({ length: (caption.length / given) * length }, (_, at) => {
        const [image, place] = [Math.floor(at / length), at % length];
        return place < given ? numbers[caption[image * given + place]] : 0;
      });
      return { ...values, caption: aligned };
    };
  },
};

const used = (values: Int32Array | undefined): ReadonlySet<number> => new Set(values);

/** The index of each name in `known`; −1 for an unknown name that no image uses. */
function matchNames(
  kind: string,
  names: readonly string[],
  known: readonly string[],
  subject: string,
  inUse: ReadonlySet<number> | undefined,
): Int32Array {
  const numbers = new Map(known.map((name, number) => [name, number]));
  return Int32Array.from(names, (name, at) => {
    const number = numbers.get(name) ?? -1;
    if (number < 0 && (inUse === undefined || inUse.has(at))) {
      throw new DataError(
        `this ${subject} does not know the ${kind} "${name}"${didYouMean(name, known) || `; it knows ${known.slice(0, 12).join(", ")}`}`,
      );
    }
    return number;
  });
}
