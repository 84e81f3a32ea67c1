import {
  type AnnotationName,
  type Annotations,
  type AnnotationTraits,
  type AnnotationValues,
  annotationNames,
} from "../annotations.js";
import { ConfigError } from "../errors.js";
import type { LoadedModel } from "../loaded-model.js";
import { didYouMean } from "../suggest.js";
import { decodeCaption, encodeCaption } from "../text.js";

/** What to draw. The images cycle through the entries of each list. */
export interface Condition {
  /** Classes: a number counts from 0; a text is a name, or else such a number. */
  readonly class?: readonly (string | number)[];
  /** Values in [0, 1] by attribute name; an attribute that is not named is 0. */
  readonly attributes?: readonly Readonly<Record<string, number>>[];
  /** Captions in the words of the training captions. */
  readonly caption?: readonly string[];
}

/**
 * The annotations of the images to draw. They cycle through the entries of the condition; without a
 * class in it, through every class.
 *
 * @param count  number of images
 * @returns      values of each annotation that the model reads
 * @throws ConfigError when the model does not read an annotation that is given, or does not know a
 *   name
 */
export function conditionFor(
  { definition, data, model }: LoadedModel,
  count: number,
  given: Condition = {},
): AnnotationValues {
  const reads = model.conditionedOn ?? [];
  const idle = annotationNames.find((name) => name in given && !reads.includes(name));
  if (idle !== undefined) {
    throw new ConfigError(
      `this ${definition.id} was trained without ${PLURAL[idle]} and cannot draw by ${idle}`,
    );
  }
  const { annotations } = data;
  return {
    ...(reads.includes("class") && { class: classesFor(annotations, count, given.class) }),
    ...(reads.includes("attributes") && {
      attributes: attributesFor(annotations, count, given.attributes),
    }),
    ...(reads.includes("caption") && {
      caption: captionsFor(definition.id, annotations, count, given.caption),
    }),
  };
}

/**
 * The condition that draws images like the given ones, for models that are conditioned on more than
 * a class.
 *
 * @param count  number of images, at most
 * @param reads  the annotations that the model reads; the others are left out
 */
export function conditionLike(
  annotations: Annotations,
  count: number,
  reads: readonly AnnotationName[] = annotationNames,
): Condition {
  const attributes = reads.includes("attributes") ? annotations.attributes : undefined;
  const caption = reads.includes("caption") ? annotations.caption : undefined;
  const first = <T>(values: ArrayLike<number>, width: number, item: (start: number) => T): T[] =>
    Array.from({ length: Math.min(count, values.length / width) }, (_, image) =>
      item(image * width),
    );
  return {
    ...(attributes && {
      attributes: first(attributes.values, attributes.names.length, (start) =>
        Object.fromEntries(
          attributes.names.map((name, at) => [name, attributes.values[start + at]]),
        ),
      ),
    }),
    ...(caption && {
      caption: first(caption.values, caption.length, (start) =>
        decodeCaption(caption.values.subarray(start, start + caption.length), caption),
      ),
    }),
  };
}

const PLURAL: Readonly<Record<AnnotationName, string>> = {
  class: "classes",
  attributes: "attributes",
  caption: "captions",
};

function classesFor(
  traits: AnnotationTraits,
  count: number,
  asked: Condition["class"],
): Int32Array {
  const names = traits.class?.names ?? [];
  const classes = asked?.map((name) => classNumber(name, names)) ?? [...names.keys()];
  if (classes.length === 0) throw new ConfigError("the list of classes to draw is empty");
  return Int32Array.from({ length: count }, (_, image) => classes[image % classes.length]);
}

/** The number of a class. A text may be the name of one class and the number of another. */
function classNumber(asked: string | number, names: readonly string[]): number {
  const named = typeof asked === "string" ? names.indexOf(asked) : -1;
  if (named >= 0) return named;
  const number = typeof asked === "number" ? asked : Number(asked.trim() || Number.NaN);
  if (Number.isInteger(number) && number >= 0 && number < names.length) return number;
  throw new ConfigError(
    `there is no class ${JSON.stringify(asked)}${didYouMean(String(asked), names) || `; there are ${listOf(names)}`}`,
  );
}

function attributesFor(
  traits: AnnotationTraits,
  count: number,
  asked: Condition["attributes"] = [{}],
): Float32Array {
  const names = traits.attributes?.names ?? [];
  const rows = asked.map((values) => {
    for (const [name, value] of Object.entries(values)) {
      if (!names.includes(name)) {
        throw new ConfigError(
          `there is no attribute "${name}"${didYouMean(name, names) || `; there are ${listOf(names)}`}`,
        );
      }
      if (!(value >= 0 && value <= 1)) {
        throw new ConfigError(`the attribute "${name}" takes a value in [0, 1], not ${value}`);
      }
    }
    return names.map((name) => values[name] ?? 0);
  });
  if (rows.length === 0) throw new ConfigError("the list of attributes to draw is empty");
  return Float32Array.from(
    { length: count * names.length },
    (_, at) => rows[Math.floor(at / names.length) % rows.length][at % names.length],
  );
}

function captionsFor(
  model: string,
  { caption }: AnnotationTraits,
  count: number,
  asked: Condition["caption"] = [],
): Int32Array {
  if (caption === undefined || asked.length === 0) {
    throw new ConfigError(`${model} draws from captions: give one or more`);
  }
  const { length } = caption;
  const encoded = asked.map((text) => encodeCaption(text, caption));
  const values = new Int32Array(count * length);
  for (let image = 0; image < count; image++) {
    values.set(encoded[image % encoded.length], image * length);
  }
  return values;
}

const MOST_NAMES = 12;

/** Names for a message; only the first ones where there are many. */
const listOf = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(", ")
    : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
