import { decodeCaption } from "../core/text.js";
import type { ImageSet } from "./image-set.js";

/** Summary of a set, without its pixels. */
export interface SetSummary {
  readonly split: string;
  readonly count: number;
  readonly levels?: number;
  /** Present where images have classes. */
  readonly classes?: readonly { readonly name: string; readonly count: number }[];
  /**
   * The mean of each attribute, which is the share of images that have it. Present where images
   * have attributes.
   */
  readonly attributes?: readonly { readonly name: string; readonly share: number }[];
  /** Present where images have captions. */
  readonly captions?: CaptionSummary;
}

export interface CaptionSummary {
  /** The words of the vocabulary, without the padding. */
  readonly words: readonly string[];
  /** Length of the longest caption in words and punctuation marks. */
  readonly length: number;
  readonly different: number;
  /** Distinct captions of the first images. */
  readonly examples: readonly string[];
}

const EXAMPLES = 6;

/** Summarises the annotations of a set. */
export function summariseSet({ split, count, levels, annotations = {} }: ImageSet): SetSummary {
  const { class: classes, attributes, caption } = annotations;
  return {
    split,
    count,
    ...(levels !== undefined && { levels }),
    ...(classes && { classes: countEach(classes.names, classes.values) }),
    ...(attributes && { attributes: shareOfEach(attributes.names, attributes.values) }),
    ...(caption && { captions: summariseCaptions(caption) }),
  };
}

function countEach(names: readonly string[], values: Int32Array) {
  const counts = names.map((name) => ({ name, count: 0 }));
  for (const value of values) counts[value].count++;
  return counts;
}

function shareOfEach(names: readonly string[], values: Float32Array) {
  const sums = new Float64Array(names.length);
  for (let i = 0; i < values.length; i++) sums[i % names.length] += values[i];
  return names.map((name, at) => ({ name, share: (sums[at] * names.length) / values.length }));
}

function summariseCaptions(
  caption: NonNullable<NonNullable<ImageSet["annotations"]>["caption"]>,
): CaptionSummary {
  const { vocabulary, length, values } = caption;
  const different = new Set<string>();
  const examples: string[] = [];
  for (let start = 0; start < values.length; start += length) {
    const tokens = values.subarray(start, start + length);
    const before = different.size;
    different.add(tokens.join(" "));
    if (different.size > before && examples.length < EXAMPLES) {
      examples.push(decodeCaption(tokens, { vocabulary }));
    }
  }
  return { words: vocabulary.slice(1), length, different: different.size, examples };
}
