import type { ImageShape } from "../../core/batch.js";
import type { Condition } from "../../core/capabilities/condition.js";
import type { Aspect } from "../../data/drawn/aspects.js";

/** No value: the image shows none, or nothing asks for one. */
export const NONE = -1;

/** What is asked of one image, as an entry of each list of a condition. */
export interface Asked {
  readonly caption?: string;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** A slot of captions or attributes, and who reads it in an image. */
export interface Slot extends Aspect {
  /** The run that classifies images into the slot's values; pixels tell the value where absent. */
  readonly run?: string;
}

/** Judges of the images of a data set: they read, slot by slot, what an image shows. */
export interface Judges {
  /** The images that they take. */
  readonly image: ImageShape;
  readonly slots: readonly Slot[];
  /**
   * What is asked in each slot.
   *
   * @returns [slots] indices of values; undefined for what these judges cannot read
   */
  asked(of: Asked): readonly number[] | undefined;
  /** An example of what they can read, for messages. */
  readonly example: string;
  /**
   * Reads the slots that pixels tell.
   *
   * @param pixelsUnit  [C, H, W] of `image`
   * @returns           [slots] indices of values, {@link NONE} in slots of runs and where there is none;
   *                    undefined for an image that shows nothing, which is wrong in every slot
   */
  read(pixelsUnit: Float32Array): readonly number[] | undefined;
}

/** Reads one slot: a function of what is seen in an image, or the run that classifies images. */
export type SlotJudge<View> = ((view: View) => string | undefined) | { readonly run: string };

/** The judges of a data set, from one judge a slot. */
export interface JudgeTable<View> extends Pick<Judges, "image" | "asked" | "example"> {
  readonly aspects: readonly Aspect[];
  /** What is seen in an image, for all functions; undefined where it shows nothing. */
  view(pixelsUnit: Float32Array, shape: ImageShape): View | undefined;
  /** By the aspect's name. */
  readonly by: Readonly<Record<string, SlotJudge<View>>>;
}

/** Makes judges from a table. */
export function judgesOf<View>(table: JudgeTable<View>): Judges {
  const { image, asked, example, aspects, view, by } = table;
  return {
    image,
    asked,
    example,
    slots: aspects.map((aspect) => {
      const judge = by[aspect.name];
      return typeof judge === "function" ? aspect : { ...aspect, run: judge.run };
    }),
    read(pixelsUnit) {
      const seen = view(pixelsUnit, image);
      if (seen === undefined) return undefined;
      return aspects.map(({ name, values }) => {
        const judge = by[name];
        const value = typeof judge === "function" ? judge(seen) : undefined;
        return value === undefined ? NONE : values.indexOf(value);
      });
    },
  };
}

/**
 * What a condition asks of `count` images, which cycle through its lists.
 *
 * @returns  [count × slots] indices of values
 * @throws   what `fail` makes of the first entry that the judges cannot read
 */
export function askedBy(
  judges: Judges,
  { caption, attributes }: Pick<Condition, "caption" | "attributes">,
  count: number,
  fail: (of: Asked) => Error,
): Int32Array {
  const { slots } = judges;
  const values = new Int32Array(count * slots.length);
  for (let at = 0; at < count; at++) {
    const of = {
      ...(caption && { caption: caption[at % caption.length] }),
      ...(attributes && { attributes: attributes[at % attributes.length] }),
    };
    const asked = judges.asked(of);
    if (asked === undefined) throw fail(of);
    values.set(asked, at * slots.length);
  }
  return values;
}
