import { describe, expect, test } from "vitest";
import { traced } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { elementCount, greater, input, type Tensor } from "../../../tensor/index.js";
import type { Symbols } from "../../symbols/symbols.js";
import { type DalleConfig, dalleConfig } from "./config.js";
import type { Design } from "./design.js";
import { encoderDecoderDesign } from "./encoder-decoder.js";
import { jointDesign } from "./joint.js";
import { imageNats, textNats } from "./likelihood.js";
import type { Setup } from "./setup.js";

/** Two by two places of three tokens; no image is ever read or written. */
const symbols: Symbols = {
  grid: [2, 2],
  depth: 1,
  count: 3,
  describes: "tokens",
  read: (_, pixels) => pixels,
  write: async () => new Float32Array(),
};
const [PLACES, TOKENS, TEXT, WORDS] = [4, 3, 3, 3];

const setupOf = (settings: Partial<DalleConfig>): Setup => ({
  config: dalleConfig.parse({ features: 8, blocks: 2, heads: 2, textBlocks: 1, ...settings }),
  symbols,
  imageLength: PLACES,
  textLength: TEXT,
  words: WORDS,
});

const caption = input("caption", ["B", TEXT], "int32");
const tokens = input("tokens", ["B", PLACES], "int32");
const isHidden = input("isHidden", ["B"]);

/** Evaluates a design with every weight drawn from N(0, ½²), in float64. */
function evaluate(
  design: Design,
  result: (logits: ReturnType<Design["logits"]>) => Tensor,
  rows: readonly { caption: readonly number[]; tokens: readonly number[]; isHidden?: boolean }[],
): number[] {
  const { result: value, variables } = traced(false, (scope) =>
    result(design.logits(scope, caption, greater(isHidden, 0), tokens)),
  );
  const feeds: Record<string, ArrayLike<number>> = {
    caption: rows.flatMap((row) => row.caption),
    tokens: rows.flatMap((row) => row.tokens),
    isHidden: rows.map((row) => Number(row.isHidden ?? false)),
  };
  for (const { tensor, path, shape } of variables) {
    const drawn = new Float64Array(elementCount(shape));
    stream(2, path).normal(drawn);
    feeds[(tensor as Tensor<"input">).attributes.name] = drawn.map((each) => each / 2);
  }
  return [...interpret([value], feeds, { B: rows.length })[0].data];
}

/** All sequences of so many symbols. */
const every = (length: number, count: number): number[][] =>
  Array.from({ length: count ** length }, (_, at) =>
    Array.from({ length }, (_, place) => Math.floor(at / count ** place) % count),
  );

const [FIRST, OTHER] = [
  [1, 2, 0],
  [2, 2, 1],
];

const designs: readonly (readonly [string, Design])[] = [
  ["joint", jointDesign(setupOf({}))],
  ["joint, sparse", jointDesign(setupOf({ attention: ["row", "column"] }))],
  ["encoder-decoder", encoderDecoderDesign(setupOf({ design: "encoder-decoder" }))],
];

describe.each(designs)("%s", (_, design) => {
  test("the probabilities of all images of a caption sum to 1", () => {
    const rows = every(PLACES, TOKENS).map((one) => ({ caption: FIRST, tokens: one }));
    const nats = evaluate(design, ({ image }) => imageNats(image, tokens), rows);
    const total = nats.reduce((sum, one) => sum + Math.exp(-one), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-9);
  });

  test("a token depends on all words and on no later token", () => {
    const base = [0, 1, 2, 0];
    const changed = base.map((_, place) =>
      base.map((token, at) => (at === place ? 1 - (token % 2) : token)),
    );
    const [start, ...others] = slices(
      evaluate(design, ({ image }) => image, [
        { caption: FIRST, tokens: base },
        ...changed.map((one) => ({ caption: FIRST, tokens: one })),
      ]),
      changed.length + 1,
    );
    others.forEach((logits, place) => {
      const ofPlace = (at: number) => (values: number[]) =>
        values.slice(at * TOKENS, (at + 1) * TOKENS);
      for (let at = 0; at <= place; at++) expect(ofPlace(at)(logits)).toEqual(ofPlace(at)(start));
      if (place < PLACES - 1) expect(logits).not.toEqual(start);
    });
    for (let word = 0; word < 2; word++) {
      const different = FIRST.map((one, at) => (at === word ? 3 - one : one));
      const [one, other] = slices(
        evaluate(design, ({ image }) => image, [
          { caption: FIRST, tokens: base },
          { caption: different, tokens: base },
        ]),
        2,
      );
      expect(other.slice(0, TOKENS)).not.toEqual(one.slice(0, TOKENS));
    }
  });

  test("a hidden caption is like any other hidden one, and like none that says something", () => {
    const [one, other, shown] = slices(
      evaluate(design, ({ image }) => image, [
        { caption: FIRST, tokens: [0, 1, 2, 0], isHidden: true },
        { caption: OTHER, tokens: [0, 1, 2, 0], isHidden: true },
        { caption: FIRST, tokens: [0, 1, 2, 0] },
      ]),
      3,
    );
    expect(one).toEqual(other);
    expect(one).not.toEqual(shown);
  });
});

test("the probabilities of all captions, short or long, sum to 1", () => {
  const captions = every(TEXT, WORDS).filter((words) => !/0.*[1-9]/.test(words.join("")));
  const rows = captions.map((one) => ({ caption: one, tokens: [0, 0, 0, 0] }));
  const [nats, counts] = [0, 1].map((which) =>
    evaluate(
      jointDesign(setupOf({})),
      ({ text }) => {
        const { nats: each, symbols: count } = textNats(text as Tensor, caption);
        return which === 0 ? each : count;
      },
      rows,
    ),
  );
  const total = nats.reduce((sum, one) => sum + Math.exp(-one), 0);
  expect(Math.abs(total - 1)).toBeLessThan(1e-9);
  expect(counts).toEqual(
    captions.map((words) => Math.min(TEXT, words.filter((w) => w > 0).length + 1)),
  );
});

const slices = (values: readonly number[], count: number): number[][] =>
  Array.from({ length: count }, (_, at) =>
    values.slice((at * values.length) / count, ((at + 1) * values.length) / count),
  );
