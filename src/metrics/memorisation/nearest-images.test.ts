import { expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import type { Features } from "../features.js";
import { NearestImagesSearch } from "./nearest-images.js";

const WIDTH = 3;

/** Coordinates on a coarse grid, so that distances are exact and many are equal. */
function points(count: number, name: string): Features {
  const values = new Float64Array(count * WIDTH);
  stream(4, name).integers(values, 4);
  return { count, width: WIDTH, values };
}
const generated = points(7, "generated");
const training = points(40, "training");

/** Oracle: all distances, sorted by distance and then by position. */
function sorted(image: number): { position: number; distance: number }[] {
  const row = ({ values }: Features, at: number) => values.subarray(at * WIDTH, (at + 1) * WIDTH);
  return Array.from({ length: training.count }, (_, position) => ({
    position,
    distance: Math.hypot(
      ...row(training, position).map((value, i) => value - row(generated, image)[i]),
    ),
  })).sort((a, b) => a.distance - b.distance || a.position - b.position);
}

const batch = (first: number, to: number) => ({
  first,
  values: training.values.subarray(first * WIDTH, to * WIDTH),
});

test("finds what sorting all distances finds, in any batches, order and parts", () => {
  const search = new NearestImagesSearch(generated, 5);
  search.add(batch(30, 40));
  search.add(batch(0, 13));
  const other = new NearestImagesSearch(generated, 5);
  other.add(batch(13, 15));
  other.add(batch(15, 30));
  search.merge(other);
  const { positions, distances } = search.result();
  for (let image = 0; image < generated.count; image++) {
    const expected = sorted(image).slice(0, 5);
    const at = [image * 5, image * 5 + 5] as const;
    expect(Array.from(positions.subarray(...at))).toEqual(expected.map((e) => e.position));
    expected.forEach(({ distance }, rank) => {
      expect(distances[image * 5 + rank]).toBeCloseTo(distance, 12);
    });
  }
});

test("refuses too few training images, and a number of neighbours below 1", () => {
  const search = new NearestImagesSearch(generated, 5);
  search.add(batch(0, 4));
  expect(() => search.result()).toThrow(DataError);
  expect(() => new NearestImagesSearch(generated, 0)).toThrow(ConfigError);
  expect(() => search.merge(new NearestImagesSearch(generated, 4))).toThrow(ConfigError);
});
