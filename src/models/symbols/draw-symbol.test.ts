import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import { drawSymbol, type SymbolChoice } from "./draw-symbol.js";

/*
 * Oracle: the probabilities written out from the definition, and the frequencies of many draws.
 */

const COUNT = 7;
const DRAWS = 20_000;
const whole: SymbolChoice = { topK: COUNT, topP: 1, temperature: 1 };

const logits = new Float64Array(COUNT);
stream(3, "logits").normal(logits);
logits[4] = logits[1];

function probabilities({ topK, topP, temperature }: SymbolChoice): number[] {
  const weights = [...logits].map((value) => Math.exp(value / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  const ranked = weights
    .map((weight, symbol) => ({ symbol, p: weight / total }))
    .sort((a, b) => b.p - a.p || a.symbol - b.symbol)
    .slice(0, topK);
  const kept = ranked.reduce((sum, { p }) => sum + p, 0);
  const nucleus: typeof ranked = [];
  let reached = 0;
  for (const one of ranked) {
    if (nucleus.length > 0 && reached >= topP) break;
    nucleus.push(one);
    reached += one.p / kept;
  }
  const mass = nucleus.reduce((sum, { p }) => sum + p, 0);
  const result = new Array<number>(COUNT).fill(0);
  for (const { symbol, p } of nucleus) result[symbol] = p / mass;
  return result;
}

const uniforms = new Float64Array(DRAWS);
stream(4, "uniforms").uniform(uniforms);

describe("draws are as frequent as probable", () => {
  test.each([
    {},
    { temperature: 2 },
    { temperature: 0.3 },
    { topK: 3 },
    { topK: 1 },
    { topP: 0.6 },
    { topP: 0.01 },
    { topK: 4, topP: 0.7, temperature: 1.5 },
  ])("with %j", (given) => {
    const choice = { ...whole, ...given };
    const counts = new Float64Array(COUNT);
    for (const uniform of uniforms) counts[drawSymbol(logits, uniform, choice)]++;
    probabilities(choice).forEach((p, symbol) => {
      if (p === 0) expect(counts[symbol]).toBe(0);
      const error = Math.sqrt((p * (1 - p)) / DRAWS);
      expect(Math.abs(counts[symbol] / DRAWS - p)).toBeLessThanOrEqual(5 * error + 1e-9);
    });
  });
});

test("temperature 0 is the first of the likeliest, whatever the rest says", () => {
  const tied = [1, 3, 3, 0];
  for (const uniform of [0, 0.5, 1 - 2 ** -24]) {
    expect(drawSymbol(tied, uniform, { ...whole, temperature: 0 })).toBe(1);
    expect(drawSymbol(tied, uniform, { topK: 2, topP: 0.9, temperature: 0 })).toBe(1);
  }
});

test("what is impossible is never drawn, at either end of the uniform numbers", () => {
  const some = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
  expect(drawSymbol(some, 0, { ...whole, topK: 3 })).toBe(1);
  expect(drawSymbol(some, 1 - 2 ** -24, { ...whole, topK: 3 })).toBe(1);
});
