import { describe, expect, test } from "vitest";
import { trace, Variables } from "../../nn/scope.js";
import { interpret } from "../../runtime/interpreter/index.js";
import { input } from "../../tensor/index.js";
import { augmented } from "./augmentation.js";
import { expectClose } from "./fixture.testing.js";

const SIDE = 8;
const NAMES = ["mirror", "scale", "stretch", "down", "across"] as const;
type Name = (typeof NAMES)[number];

/** A ramp that rises by 1 a column and by 10 a row. */
const ramp = Array.from({ length: SIDE ** 2 }, (_, at) => (at % SIDE) + 10 * Math.floor(at / SIDE));

/** One image changed by what is given, in the noise's units; `mirror` by a number below ½. */
function changed(drawn: Partial<Record<Name, number>>) {
  const images = input("images", [1, 1, SIDE, SIDE]);
  const { result } = trace(new Variables(), true, (scope) => augmented(scope, images, 0.2));
  const feeds: Record<string, readonly number[]> = { images: ramp };
  for (const name of NAMES) {
    feeds[`noise.${name}`] = [drawn[name] ?? 0];
    feeds[`noise.${name}.chance`] = [drawn[name] === undefined ? 0.2 : 0.19];
  }
  const found = interpret({ images: result.images, changes: result.changes }, feeds);
  return { images: found.images.data, changes: found.changes.data };
}

/** The ramp at a place of the image, which linear interpolation gives exactly within the borders. */
const rampAt = (row: number, column: number) => {
  const within = (at: number) => Math.min(Math.max(at, 0), SIDE - 1);
  return within(column) + 10 * within(row);
};
const places = (at: (row: number, column: number) => number) =>
  ramp.map((_, index) => at(Math.floor(index / SIDE), index % SIDE));

describe("augmented", () => {
  test("leaves images as they are where chance says so, and says that", () => {
    const { images, changes } = changed({});
    expectClose(images, ramp, 1e-6);
    expect([...changes]).toEqual([0, 0, 0, 0, 0]);
  });

  test("mirrors left and right, every other time", () => {
    const { images, changes } = changed({ mirror: 0.3 });
    expectClose(
      images,
      places((row, column) => rampAt(row, SIDE - 1 - column)),
      1e-6,
    );
    expect([...changes]).toEqual([1, 0, 0, 0, 0]);
    expectClose(changed({ mirror: 0.7 }).images, ramp, 1e-6);
  });

  test("moves by an eighth of the side, repeating the border", () => {
    const { images, changes } = changed({ down: 1, across: -2 });
    expectClose(
      images,
      places((row, column) => rampAt(row - 1, column + 2)),
      1e-6,
    );
    expect([...changes]).toEqual([0, 0, 0, 1, -2]);
  });

  test("scales about the middle, and stretches to the same area", () => {
    const middle = (SIDE - 1) / 2;
    const about = (at: number, factor: number) => middle + (at - middle) / factor;
    const scaled = changed({ scale: 2 }).images;
    const factor = Math.exp(0.28);
    expectClose(
      scaled,
      places((row, column) => rampAt(about(row, factor), about(column, factor))),
      1e-5,
    );
    const stretched = changed({ stretch: 2 }).images;
    const root = Math.exp(0.14);
    expectClose(
      stretched,
      places((row, column) => rampAt(about(row, 1 / root), about(column, root))),
      1e-5,
    );
  });
});
