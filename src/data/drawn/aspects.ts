import type { Annotations } from "../../core/annotations.js";
import { captionAnnotation, wordsOf } from "../../core/text.js";

/**
 * A property that differs between images, such as the colour, and its values as captions write
 * them.
 */
export interface Aspect {
  readonly name: string;
  readonly values: readonly string[];
}

/** The aspects of a set's images, of which each has one value, and their captions. */
export interface Subject {
  /** The first aspect is the class. */
  readonly aspects: readonly Aspect[];
  /** @param values  one value per aspect, in order */
  caption(values: readonly string[]): string;
  /**
   * Whether training leaves out a combination.
   *
   * @param choice  index of the value of each aspect, in order
   */
  isHeldOut(choice: readonly number[]): boolean;
}

/** The index of a value of each aspect. */
export type Combination = readonly number[];

/** Every combination in training, or every one held out, in a fixed order. */
export function combinationsOf({ aspects, isHeldOut }: Subject, heldOut: boolean): Combination[] {
  const all = aspects.reduce<number[][]>(
    (before, { values }) =>
      before.flatMap((choice) => values.map((_, number) => [...choice, number])),
    [[]],
  );
  return all.filter((choice) => isHeldOut(choice) === heldOut);
}

/** The values of a combination, as captions write them. */
export const wordsFor = ({ aspects }: Subject, combination: Combination): string[] =>
  combination.map((number, aspect) => aspects[aspect].values[number]);

/**
 * Reads captions back: the combination that a caption of the subject tells, in training or held out.
 *
 * @returns  undefined for a text that is no caption of the subject
 */
export function captionReader(subject: Subject): (caption: string) => Combination | undefined {
  const tell = () =>
    new Map(
      [false, true]
        .flatMap((heldOut) => combinationsOf(subject, heldOut))
        .map((combination) => [
          wordsOf(subject.caption(wordsFor(subject, combination))).join(" "),
          combination,
        ]),
    );
  let known: ReturnType<typeof tell> | undefined;
  return (caption) => {
    known ??= tell();
    return known.get(wordsOf(caption).join(" "));
  };
}

/**
 * Class, attributes and caption of images. Attributes are the values of all aspects, of which an
 * image has one per aspect. The vocabulary is that of the training captions.
 *
 * @param shown  [count] indices of `combinations`
 */
export function annotate(
  subject: Subject,
  combinations: readonly Combination[],
  shown: ArrayLike<number>,
): Annotations {
  const { aspects } = subject;
  const names = aspects.flatMap(({ values }) => values);
  const starts = aspects.map((_, aspect) =>
    aspects.slice(0, aspect).reduce((sum, { values }) => sum + values.length, 0),
  );
  const captionsOf = (choices: readonly Combination[]) =>
    choices.map((choice) => subject.caption(wordsFor(subject, choice)));
  const known = captionAnnotation(captionsOf(combinationsOf(subject, false)));
  const { vocabulary, length, values } = captionAnnotation(captionsOf(combinations), known);

  const count = shown.length;
  const classes = new Int32Array(count);
  const attributes = new Float32Array(count * names.length);
  const captions = new Int32Array(count * length);
  for (let i = 0; i < count; i++) {
    const at = shown[i];
    const combination = combinations[at];
    classes[i] = combination[0];
    for (const [aspect, number] of combination.entries())
      attributes[i * names.length + starts[aspect] + number] = 1;
    captions.set(values.subarray(at * length, (at + 1) * length), i * length);
  }
  return {
    class: { names: aspects[0].values, values: classes },
    attributes: { names, values: attributes },
    caption: { vocabulary, length, values: captions },
  };
}
