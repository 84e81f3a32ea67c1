import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { input } from "../../tensor/index.js";
import { expectClose, shortName, stateName, traced } from "../fixture.testing.js";
import { captionEncoder } from "./caption-encoder.js";

const LENGTH = 5;
const FEATURES = 6;

/** Embeddings of captions of five words or fewer, padded with 0; `padding` is the value of its vector. */
function embedded(captions: readonly (readonly number[])[], padding?: number): number[][] {
  const caption = input("caption", ["B", LENGTH], "int32");
  const options = { words: 9, features: FEATURES, width: 4, heads: 2 };
  const { result, variables } = traced(false, (scope) => captionEncoder(scope, caption, options));
  const feeds: Record<string, ArrayLike<number>> = {
    caption: captions.flatMap((words) => Array.from({ length: LENGTH }, (_, at) => words[at] ?? 0)),
  };
  for (const variable of variables) {
    const values = variable.initialise(variable.shape, stream(5, variable.path));
    if (padding !== undefined && shortName(variable) === "words.weight") values.fill(padding, 0, 4);
    feeds[stateName(variable)] = values;
  }
  const [{ data }] = interpret([result], feeds, { B: captions.length });
  return captions.map((_, at) => [...data.slice(at * FEATURES, (at + 1) * FEATURES)]);
}

describe("captionEncoder", () => {
  test("embeds a caption alike whatever stands beside it in the batch", () => {
    const [alone] = embedded([[3, 1, 4]]);
    const [, among] = embedded([[1, 5, 2, 6, 5], [3, 1, 4], []]);
    expectClose(among, alone);
  });

  test("tells the order of words", () => {
    const [one, other] = embedded([
      [3, 1, 4],
      [4, 1, 3],
    ]);
    expect(Math.max(...one.map((value, at) => Math.abs(value - other[at])))).toBeGreaterThan(1e-3);
  });

  test("ignores padding, and embeds no caption as something else than a word", () => {
    const captions = [[3, 1, 4], [7], []];
    const [plain, other] = [embedded(captions), embedded(captions, 100)];
    for (const [at, values] of plain.entries()) expectClose(other[at], values);
    expect(plain[2].every(Number.isFinite)).toBe(true);
    expect(plain[2]).not.toEqual(plain[1]);
  });
});
