import { describe, expect, test } from "vitest";
import { UnavailableError } from "../core/errors.js";
import { orderingNames, orderingOf, requireLeading } from "./ordering.js";

const image = { channels: 1, height: 2, width: 3 };
const sequenceOf = (...options: Parameters<typeof orderingOf>) => [
  ...orderingOf(...options).sequence,
];

describe("orderings", () => {
  test("of a grey image of 2×3, by hand", () => {
    expect(sequenceOf("raster", image)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sequenceOf("column", image)).toEqual([0, 3, 1, 4, 2, 5]);
    expect(sequenceOf("diagonal", image)).toEqual([0, 1, 3, 2, 4, 5]);
  });

  test("the channels of a pixel follow one another", () => {
    const colour = { channels: 3, height: 1, width: 2 };
    expect(sequenceOf("raster", colour)).toEqual([0, 2, 4, 1, 3, 5]);
  });

  test.each(orderingNames)("%s: a permutation with its inverse", (name) => {
    const { sequence, rank } = orderingOf(name, { channels: 3, height: 5, width: 7 }, 11);
    expect([...sequence].sort((a, b) => a - b)).toEqual(Array.from({ length: 105 }, (_, i) => i));
    sequence.forEach((variable, place) => {
      expect(rank[variable]).toBe(place);
    });
  });

  test("random: determined by the seed alone", () => {
    const large = { channels: 1, height: 8, width: 8 };
    expect(sequenceOf("random", large, 1)).toEqual(sequenceOf("random", large, 1));
    expect(sequenceOf("random", large, 1)).not.toEqual(sequenceOf("random", large, 2));
  });
});

describe("given pixels", () => {
  test("that come first are accepted, and so are all and none", () => {
    const rows = Uint8Array.of(1, 1, 1, 1, 0, 0);
    requireLeading(orderingOf("raster", image), rows, image);
    const colour = { ...image, channels: 3 };
    requireLeading(orderingOf("raster", colour), rows, colour);
    requireLeading(orderingOf("diagonal", image), new Uint8Array(6).fill(1), image);
    requireLeading(orderingOf("column", image), new Uint8Array(6), image);
  });

  test("that come after missing ones are refused, and the error names a suitable ordering", () => {
    const left = Uint8Array.of(1, 0, 0, 1, 0, 0);
    const refuse = (known: Uint8Array) => () =>
      requireLeading(orderingOf("raster", image), known, image);
    expect(refuse(left)).toThrow(UnavailableError);
    expect(refuse(left)).toThrow(/ordering column could complete/);
    expect(refuse(Uint8Array.of(0, 0, 0, 1, 1, 1))).toThrow(/give other pixels/);
  });
});
