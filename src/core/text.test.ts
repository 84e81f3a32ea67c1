import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "./errors.js";
import {
  captionAnnotation,
  captionVocabulary,
  decodeCaption,
  encodeCaption,
  PADDING,
  wordsOf,
} from "./text.js";

describe("wordsOf", () => {
  test.each([
    ["A Red seven, top-left.", ["a", "red", "seven", ",", "top", "-", "left", "."]],
    ["don't “quote” it’s", ["don't", "“", "quote", "”", "it's"]],
    ["  \t\n ", []],
    ["7×7 = 49", ["7", "×", "7", "=", "49"]],
    ["家族 ÉCOLE нет", ["家族", "école", "нет"]],
    // A byte order mark, a joiner, a variation selector and a mark on nothing leave no word behind.
    ["\ufeffman\u200d \u0000tail ❤\ufe0f \u0301", ["man", "tail", "❤"]],
  ])("takes %j apart", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("does not tell composed from decomposed characters", () => {
    expect(wordsOf("CAFE\u0301")).toEqual(["caf\u00e9"]);
    expect(wordsOf("e\u0301")).toEqual(wordsOf("\u00c9"));
  });
});

describe("captionVocabulary", () => {
  test("starts with the padding, then the most frequent words, then by code units", () => {
    const captions = ["red b", "red a", "blue A", "red"];
    expect(captionVocabulary(captions)).toEqual([PADDING, "red", "a", "b", "blue"]);
    expect(captionVocabulary([...captions].reverse())).toEqual(captionVocabulary(captions));
  });
});

describe("captions", () => {
  const traits = { vocabulary: captionVocabulary(["a thick red seven, top left"]), length: 8 };

  test("are encoded as indices of the vocabulary, filled up with 0", () => {
    const tokens = encodeCaption("Seven, red", traits);
    expect([...tokens].map((token) => traits.vocabulary[token])).toEqual([
      "seven",
      ",",
      "red",
      "",
      "",
      "",
      "",
      "",
    ]);
    expect(decodeCaption(tokens, traits)).toBe("seven, red");
  });

  test("are the same numbers once decoded and encoded again, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 6 }),
        (captions) => {
          const spoken = captions.filter((caption) => wordsOf(caption).length > 0);
          fc.pre(spoken.length > 0);
          const { values, ...made } = captionAnnotation(spoken);
          spoken.forEach((caption, index) => {
            const tokens = values.slice(index * made.length, (index + 1) * made.length);
            expect(tokens).toEqual(encodeCaption(caption, made));
            expect(encodeCaption(decodeCaption(tokens, made), made)).toEqual(tokens);
          });
        },
      ),
    );
  });

  test("name the nearest known words where one is unknown", () => {
    const encode = (text: string) => () => encodeCaption(text, traits);
    expect(encode("a thik red sevem")).toThrow(
      /the words "thik" \(nearest: "thick", .*\), "sevem" \(nearest: "seven"/,
    );
    expect(encode("a thik red")).toThrow(ConfigError);
    expect(encode("p q r s t u v")).toThrow(/and 2 more/);
    // The padding is no word: it is neither suggested nor found.
    expect(encode("xy")).not.toThrow(/nearest: ""/);
    expect(() => encodeCaption("x", { vocabulary: [PADDING], length: 1 })).toThrow(/word "x"$/);
  });

  test("are refused when they are too long or have no word", () => {
    expect(() => encodeCaption("a a a a a a a a a", traits)).toThrow(/9 words .* at most 8 fit/);
    expect(() => encodeCaption(" \u200d ", traits)).toThrow(/no word/);
    expect(() => captionAnnotation(["a", "b"], traits)).toThrow(/do not have the word "b"/);
    expect(captionAnnotation(["a", "b ".repeat(1024)]).length).toBe(1024);
    const long = ["a", "b ".repeat(1025)];
    expect(() => captionAnnotation(long)).toThrow(DataError);
    expect(() => captionAnnotation(long)).toThrow(/caption 2 has 1025 words .*at most 1024/);
    expect(() => captionAnnotation(["a", " "])).toThrow(/caption 2 has no words/);
  });
});
