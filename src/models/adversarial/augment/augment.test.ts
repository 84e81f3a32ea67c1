import { expect, test } from "vitest";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad } from "../../../tensor/gradient.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant } from "../../../tensor/tensor.js";
import { fixture, tensorOf } from "../adversarial.testing.js";
import { varyColour } from "./color.js";
import { cutOut } from "./cutout.js";
import { augmentationNames } from "./index.js";
import { translate } from "./translation.js";
import { warp, warpDraws } from "./warp.js";

const draws = Object.fromEntries(
  Object.entries(fixture.uniform).map(([name, values]) => [name, tensorOf(values)]),
);
const pictures = tensorOf(fixture.pictures);
const { brightness, saturation, contrast, rows, columns, row, column } = draws;
const augmentations = {
  color: varyColour(pictures, { brightness, saturation, contrast }),
  translation: translate(pictures, { rows, columns }),
  cutout: cutOut(pictures, { row, column }),
  warp: warp(
    pictures,
    warpDraws((name) => draws[name]),
  ),
};

const SIDE = 8;
/** Each pixel holds the number of its column. */
const rampValues = Float64Array.from({ length: SIDE * SIDE }, (_, at) => at % SIDE);
const ramp = constant(rampValues, [1, 1, SIDE, SIDE]);

test.each(augmentationNames)("%s, and the gradient that passes, are PyTorch's", (name) => {
  const expected = fixture.augmentations[name];
  const result = augmentations[name];
  const { gradient } = grad(sum(mul(result, tensorOf(fixture.cotangent))), { gradient: pictures });
  const [values, slopes] = interpret([result, gradient], {});
  expectClose(values.data, expected.values.data, 1e-10);
  expectClose(slopes.data, expected.gradient.data, 1e-10);
  expect(slopes.data.some((slope) => slope !== 0)).toBe(true);
});

test("a warp of no extent changes nothing, and half of it moves pixels half as far", () => {
  const shape = [1, 1, 1, 1];
  const drawn = warpDraws((name) =>
    constant(Float64Array.of(name === "shiftRows" ? 1 : 0.5), shape),
  );
  const [none, half] = interpret([warp(ramp, drawn, 0), warp(ramp, drawn, 0.5)], {});
  const [whole] = interpret([warp(ramp, drawn)], {});
  const middle = 2 * SIDE + SIDE / 2;
  expectClose(none.data, [...rampValues], 1e-12);
  expect(whole.data[middle] - rampValues[middle]).toBeCloseTo(0.08 * SIDE, 9);
  expect(half.data[middle] - rampValues[middle]).toBeCloseTo(0.04 * SIDE, 9);
});
