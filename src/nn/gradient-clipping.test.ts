import { describe, expect, test } from "vitest";
import { interpret } from "../runtime/interpreter/index.js";
import { constant } from "../tensor/tensor.js";
import { expectClose, fixture, valuesOf } from "./fixture.testing.js";
import { clipByGlobalNorm, clipByValue } from "./gradient-clipping.js";

const [first, second] = fixture.optimizers.gradients.map((values) => constant([...values]));

describe("clipByGlobalNorm against torch.nn.utils.clip_grad_norm_ 1.13", () => {
  test.each(fixture.clipping)("at most $maxNorm", ({ maxNorm, norm, gradients }) => {
    const clipped = clipByGlobalNorm([first, second], maxNorm);
    expectClose(valuesOf(clipped.norm), [norm]);
    clipped.gradients.forEach((gradient, index) => {
      expectClose(valuesOf(gradient), gradients[index]);
    });
  });

  test("leaves zeros at zero", () => {
    const zeros = clipByGlobalNorm([constant([0, 0])], 1).gradients[0];
    expect([...interpret([zeros], {}, {}, { precision: "declared" })[0].data]).toEqual([0, 0]);
  });
});

test("clipByValue limits each element", () => {
  expect(valuesOf(clipByValue([constant([-3, -1, 0.5, 2])], 1)[0])).toEqual([-1, -1, 0.5, 1]);
});
