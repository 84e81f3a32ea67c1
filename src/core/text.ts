import type { Annotations, AnnotationTraits } from "./annotations.js";
import { ConfigError, DataError } from "./errors.js";
import { nearestNames } from "./suggest.js";

/** The vocabulary of captions and their largest number of words. */
export type CaptionTraits = NonNullable<AnnotationTraits["caption"]>;

/** Index 0 of every vocabulary: it pads captions to the common length and is not a word. */
export const PADDING = "";

/** Words that a caption of the data may have: the longest one sets the length at which all are kept. */
const MOST_WORDS = 1024;

/** How many unknown words a message names. */
const NAMED = 5;

/** A word with its inner apostrophes ("don't"), else one character, such as a full stop. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'[\p{L}\p{M}\p{N}]+)*|(?!\p{M})\S\p{M}*/gu;
/** Invisible characters: control and format characters, variation selectors, lone surrogates. */
const UNSEEN = /[\p{Cf}\p{Cs}]|\p{Variation_Selector}|(?!\s)\p{Cc}/gu;
const NO_SPACE_BEFORE = /^[.,:;!?)\]}]$/;
const NO_SPACE_AFTER = /^[([{]$/;

/**
 * Splits a text into words in lower case and Unicode's composed form (NFC). Each punctuation mark
 * and symbol is a word of its own. A curly apostrophe counts as a straight one.
 */
export function wordsOf(text: string): string[] {
  const plain = text.replace(UNSEEN, "").replaceAll("’", "'").toLowerCase().normalize("NFC");
  return plain.match(WORD) ?? [];
}

/**
 * The vocabulary of captions: the padding, then the words, most frequent first. Words of equal
 * frequency are in the order of their UTF-16 code units, so the order does not depend on the
 * locale.
 */
export function captionVocabulary(captions: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const caption of captions)
    for (const word of wordsOf(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [PADDING, ...words.map(([word]) => word)];
}

/** Why a text cannot be the caption of an image, as the end of a sentence; undefined where it can. */
export function captionProblem(text: string): string | undefined {
  const { length } = wordsOf(text);
  if (length === 0) return "has no words";
  if (length <= MOST_WORDS) return undefined;
  return `has ${length} words and punctuation marks; at most ${MOST_WORDS} can be kept`;
}

/**
 * Encodes a caption for a model.
 *
 * @returns [length] indices into the vocabulary, padded with 0
 * @throws ConfigError when the caption has no word, too many words, or words outside the
 *   vocabulary; the message names these with the nearest known ones
 */
export function encodeCaption(caption: string, traits: CaptionTraits): Int32Array {
  return encodeWith(numbersOf(traits), caption, traits);
}

/**
 * Makes a caption annotation from texts.
 *
 * @param traits  vocabulary and length to encode with; by default those of the captions themselves
 * @returns       `values` are [captions.length, length]
 * @throws ConfigError as {@link encodeCaption}
 * @throws DataError when a caption has no words or more than 1,024 where its words set the length
 */
export function captionAnnotation(
  captions: readonly string[],
  traits?: CaptionTraits,
): NonNullable<Annotations["caption"]> {
  const { vocabulary, length } = traits ?? ownTraits(captions);
  const numbers = numbersOf({ vocabulary, length });
  const values = new Int32Array(captions.length * length);
  for (const [index, caption] of captions.entries()) {
    values.set(encodeWith(numbers, caption, { vocabulary, length }), index * length);
  }
  return { vocabulary, length, values };
}

function ownTraits(captions: readonly string[]): CaptionTraits {
  for (const [index, caption] of captions.entries()) {
    const problem = captionProblem(caption);
    if (problem !== undefined) throw new DataError(`caption ${index + 1} ${problem}`);
  }
  return {
    vocabulary: captionVocabulary(captions),
    length: captions.reduce((most, caption) => Math.max(most, wordsOf(caption).length), 0),
  };
}

/**
 * Decodes a caption into words with spaces between them, but none before a full stop or comma.
 * Encoding the text again gives the same indices.
 *
 * @param tokens  [T] indices into the vocabulary; padding is dropped
 */
export function decodeCaption(
  tokens: ArrayLike<number>,
  { vocabulary }: Pick<CaptionTraits, "vocabulary">,
): string {
  let text = "";
  let joined = true;
  for (const token of Array.from(tokens)) {
    const word = vocabulary[token] ?? PADDING;
    if (word === PADDING) continue;
    text += (joined || NO_SPACE_BEFORE.test(word) ? "" : " ") + word;
    joined = NO_SPACE_AFTER.test(word);
  }
  return text;
}

const numbersOf = ({ vocabulary }: CaptionTraits) =>
  new Map(vocabulary.map((word, index) => [word, index]));

function encodeWith(
  numbers: ReadonlyMap<string, number>,
  caption: string,
  { vocabulary, length }: CaptionTraits,
): Int32Array {
  const words = wordsOf(caption);
  if (words.length === 0) throw new ConfigError("the caption has no words");
  const unknown = [...new Set(words)].filter((word) => !numbers.has(word));
  if (unknown.length > 0) throw new ConfigError(unknownWords(unknown, vocabulary));
  if (words.length > length) {
    throw new ConfigError(
      `the caption has ${words.length} words and punctuation marks; at most ${length} fit: ` +
        `"${words.slice(0, length + 1).join(" ")} …"`,
    );
  }
  const tokens = new Int32Array(length);
  words.forEach((word, at) => {
    tokens[at] = numbers.get(word)!;
  });
  return tokens;
}

function unknownWords(unknown: readonly string[], vocabulary: readonly string[]): string {
  const words = vocabulary.slice(1);
  const named = unknown.slice(0, NAMED).map((word) => {
    const near = nearestNames(word, words, 3).map((known) => `"${known}"`);
    return near.length === 0 ? `"${word}"` : `"${word}" (nearest: ${near.join(", ")})`;
  });
  const rest = unknown.length - named.length;
  return (
    `the captions of the training data do not have ${unknown.length === 1 ? "the word" : "the words"} ` +
    `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`
  );
}
