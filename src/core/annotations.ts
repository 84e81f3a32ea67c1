import { FigmentError } from "../tensor/errors.js";
import type { Dim, Shape } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";

/** What an image can carry besides its pixels. */
export const annotationNames = ["class", "attributes", "caption"] as const;

export type AnnotationName = (typeof annotationNames)[number];

/** The annotations that images of a data set carry and the meaning of their numbers. */
export interface AnnotationTraits {
  /** One class per image: an index into `names`. */
  readonly class?: { readonly names: readonly string[] };
  /** A number in [0, 1] for each name: 1 where the attribute holds, 0 where it does not. */
  readonly attributes?: { readonly names: readonly string[] };
  /** `length` words per image: indices into `vocabulary`, whose first entry pads short captions. */
  readonly caption?: { readonly vocabulary: readonly string[]; readonly length: number };
}

/** Values of annotations on the host, for `count` images. */
export interface AnnotationValues {
  /** [count] */
  readonly class?: Int32Array;
  /** [count, A] */
  readonly attributes?: Float32Array;
  /** [count, T] */
  readonly caption?: Int32Array;
}

/** Annotations of `count` images: {@link AnnotationTraits} together with the values. */
export interface Annotations {
  readonly class?: NonNullable<AnnotationTraits["class"]> & { readonly values: Int32Array };
  readonly attributes?: NonNullable<AnnotationTraits["attributes"]> & {
    readonly values: Float32Array;
    /** Attributes of which each image has exactly one, such as the colours of hair. */
    readonly oneOf?: readonly (readonly string[])[];
  };
  readonly caption?: NonNullable<AnnotationTraits["caption"]> & { readonly values: Int32Array };
}

/** Symbolic annotations of one batch; absent where the data has none. */
export interface AnnotationTensors {
  /** int32 [B] */
  readonly class?: Tensor;
  /** float32 [B, A] */
  readonly attributes?: Tensor;
  /** int32 [B, T] */
  readonly caption?: Tensor;
}

/** Element type and per-image shape of each annotation. */
const layouts = {
  class: { dtype: "int32", shape: () => [] },
  attributes: { dtype: "float32", shape: ({ attributes }) => [attributes?.names.length ?? 0] },
  caption: { dtype: "int32", shape: ({ caption }) => [caption?.length ?? 0] },
} as const satisfies Record<
  AnnotationName,
  { dtype: "int32" | "float32"; shape: (traits: AnnotationTraits) => readonly number[] }
>;

/** The annotations that data has, in a fixed order. */
export const presentAnnotations = (annotations: AnnotationTraits): AnnotationName[] =>
  annotationNames.filter((name) => annotations[name] !== undefined);

/** Shape of an annotation of one image: [] for a class, [A] for attributes, [T] for a caption. */
const annotationShape = (traits: AnnotationTraits, name: AnnotationName): Shape =>
  layouts[name].shape(traits);

/** How many numbers an annotation holds for one image. */
export const annotationWidth = (traits: AnnotationTraits, name: AnnotationName): number =>
  layouts[name].shape(traits).reduce((product: number, length) => product * length, 1);

/** Program inputs for the annotations of a batch, each named after its annotation. */
export function annotationInputs(traits: AnnotationTraits, size: Dim): AnnotationTensors {
  return eachPresent(traits, (name) =>
    input(name, [size, ...annotationShape(traits, name)], layouts[name].dtype),
  );
}

/** The traits of annotations, without their values. */
export function annotationTraits({ class: classes, attributes, caption }: Annotations) {
  return {
    ...(classes && { class: { names: classes.names } }),
    ...(attributes && { attributes: { names: attributes.names } }),
    ...(caption && { caption: { vocabulary: caption.vocabulary, length: caption.length } }),
  } satisfies AnnotationTraits;
}

/**
 * Gathers the annotation values of some images.
 *
 * @param indices  whole numbers below the number of images
 */
export function gatherAnnotations(
  annotations: Annotations,
  indices: ArrayLike<number>,
): AnnotationValues {
  return eachPresent(annotations, (name) => {
    const width = annotationWidth(annotations, name);
    const values = annotations[name]?.values ?? new Int32Array();
    const Elements = values instanceof Int32Array ? Int32Array : Float32Array;
    const gathered = new Elements(indices.length * width);
    for (let at = 0; at < indices.length; at++) {
      const start = indices[at] * width;
      gathered.set(values.subarray(start, start + width), at * width);
    }
    return gathered;
  });
}

/** Annotations of the images `indices`, in that order. */
export function chooseAnnotations(
  annotations: Annotations,
  indices: ArrayLike<number>,
): Annotations {
  const values = gatherAnnotations(annotations, indices);
  return eachPresent(annotations, (name) => ({ ...annotations[name], values: values[name] }));
}

/** The values of the images `first` … `first + size − 1`. */
export function sliceAnnotations(
  traits: AnnotationTraits,
  values: AnnotationValues,
  first: number,
  size: number,
): AnnotationValues {
  return eachPresent(values, (name) => {
    const width = annotationWidth(traits, name);
    return values[name]?.slice(first * width, (first + size) * width);
  });
}

/** The values of one image, for `count` images. */
export const repeatAnnotations = (values: AnnotationValues, count: number): AnnotationValues =>
  eachPresent(values, (name) => {
    const one = values[name] ?? new Int32Array();
    const Elements = one instanceof Int32Array ? Int32Array : Float32Array;
    const repeated = new Elements(count * one.length);
    for (let at = 0; at < repeated.length; at += one.length) repeated.set(one, at);
    return repeated;
  });

/** Builds a record over the annotations that are present in another. */
function eachPresent<R extends object>(
  present: { readonly [name in AnnotationName]?: unknown },
  value: (name: AnnotationName) => unknown,
): R {
  const names = annotationNames.filter((name) => present[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, value(name)])) as R;
}

/** Number of classes; 0 where images carry none. */
export const classCount = ({ class: classes }: AnnotationTraits): number =>
  classes?.names.length ?? 0;

/**
 * The tensor of an annotation that a conditional model reads.
 *
 * @throws FigmentError when the batch has none; a model that checks its data never gets here
 */
export function requireAnnotation(annotations: AnnotationTensors, name: AnnotationName): Tensor {
  const tensor = annotations[name];
  if (tensor === undefined) throw new FigmentError(`the batch carries no ${name}`);
  return tensor;
}

/** A class annotation with the names 0 … count − 1; no annotation for a count of 0. */
export const numberedClasses = (count: number): AnnotationTraits =>
  count === 0 ? {} : { class: { names: Array.from({ length: count }, (_, at) => String(at)) } };

/**
 * Makes a class annotation from class numbers.
 *
 * @param values  [count] whole numbers from 0
 * @param names   name of each class; by default its number
 */
export function classLabels(values: Int32Array, names?: readonly string[]): Annotations {
  const highest = values.reduce((most, value) => Math.max(most, value), -1);
  const numbers = numberedClasses(highest + 1).class?.names ?? [];
  return { class: { names: names ?? numbers, values } };
}
