import { expect, test } from "vitest";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad } from "../../../tensor/gradient.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
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

test.each(augmentationNames)("%s, and the gradient that passes, are PyTorch's", (name) => {
  const expected = fixture.augmentations[name];
  const result = augmentations[name];
  const { gradient } = grad(sum(mul(result, tensorOf(fixture.cotangent))), { gradient: pictures });
  const [values, slopes] = interpret([result, gradient], {});
  expectClose(values.data, expected.values.data, 1e-10);
  expectClose(slopes.data, expected.gradient.data, 1e-10);
  expect(slopes.data.some((slope) => slope !== 0)).toBe(true);
});
