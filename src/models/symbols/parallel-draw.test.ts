import { describe, expect, test } from "vitest";
import type { Host, SampleRequest } from "../../core/driven.js";
import { drawInParallel, type ParallelChoice } from "./parallel-draw.js";
import type { Symbols } from "./symbols.js";

const [SIZE, LENGTH, COUNT] = [400, 6, 3];
const symbols: Symbols = {
  grid: [2, 3],
  depth: 1,
  count: COUNT,
  describes: "",
  read: (_, pixels) => pixels,
  write: async () => new Float32Array(),
};
const host = {} as Host;
const request: SampleRequest = {
  size: SIZE,
  first: 0,
  seed: 3,
  temperature: 1,
  draw: false,
  annotations: {},
};
const usual: ParallelChoice = { topK: COUNT, topP: 1, temperature: 1, passes: 4, spread: 2 };

/** Places that do not depend on each other. */
const PROBS = Array.from({ length: LENGTH }, (_, place) => [
  0.1 + 0.1 * place,
  0.2,
  0.7 - 0.1 * place,
]);

function drawing(seen: Float32Array[] = []) {
  const row = PROBS.flat().map(Math.log);
  return {
    symbols,
    stream: "test",
    async all(_: Int32Array, hidden: Float32Array) {
      seen.push(hidden.slice());
      return Float32Array.from({ length: hidden.length * COUNT }, (__, at) => row[at % row.length]);
    },
  };
}

describe("symbols drawn in few passes", () => {
  test("are settled as the cosine falls, and none is drawn twice", async () => {
    const seen: Float32Array[] = [];
    await drawInParallel(host, drawing(seen), request, usual);
    const open = seen.map((hidden) => hidden.subarray(0, LENGTH).reduce((a, b) => a + b, 0));
    const expected = [0, 1, 2, 3].map((pass) =>
      Math.floor(LENGTH * Math.cos((Math.PI / 8) * pass)),
    );
    expect(open).toEqual(expected);
    for (let pass = 1; pass < seen.length; pass++) {
      seen[pass].forEach((value, at) => {
        expect(value).toBeLessThanOrEqual(seen[pass - 1][at]);
      });
    }
  });

  test("of one pass are as frequent as probable", async () => {
    const drawn = await drawInParallel(host, drawing(), request, { ...usual, passes: 1 });
    PROBS.forEach((probs, place) => {
      probs.forEach((p, symbol) => {
        let count = 0;
        for (let image = 0; image < SIZE; image++) {
          count += Number(drawn[image * LENGTH + place] === symbol);
        }
        expect(Math.abs(count / SIZE - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / SIZE));
      });
    });
  });

  test("depend on the image's number alone, and at temperature 0 on nothing", async () => {
    const all = await drawInParallel(host, drawing(), request, usual);
    const later = { ...request, size: 3, first: 50 };
    const some = await drawInParallel(host, drawing(), later, usual);
    expect(some).toEqual(all.subarray(50 * LENGTH, 53 * LENGTH));
    const cold = { ...usual, temperature: 0 };
    const mode = await drawInParallel(host, drawing(), request, cold);
    expect(await drawInParallel(host, drawing(), { ...request, seed: 8 }, cold)).toEqual(mode);
    expect([...mode.subarray(0, LENGTH)]).toEqual(
      PROBS.map((probs) => probs.indexOf(Math.max(...probs))),
    );
  });

  test("keep what is given and what it allows", async () => {
    const given = {
      symbols: new Int32Array(SIZE * LENGTH).fill(2),
      isGiven: (place: number) => place < 2,
      allowed: (place: number) => (place === 3 ? Uint8Array.of(0, 1, 0) : undefined),
    };
    const drawn = await drawInParallel(host, drawing(), request, { ...usual, passes: 40 }, given);
    for (let image = 0; image < SIZE; image++) {
      const row = drawn.subarray(image * LENGTH, (image + 1) * LENGTH);
      expect([row[0], row[1], row[3]]).toEqual([2, 2, 1]);
    }
  });
});
