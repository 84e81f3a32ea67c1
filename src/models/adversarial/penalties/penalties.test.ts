import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../core/errors.js";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { add, tanh } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, squeeze } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import { constant, input, range, type Tensor } from "../../../tensor/tensor.js";
import { evaluated, fixture, tensorOf } from "../adversarial.testing.js";
import { between } from "./between.js";
import { withInstanceNoise } from "./instance-noise.js";
import { oneCentredPenalty } from "./one-centred.js";
import { forEachImage, pack } from "./packing.js";
import { partOfBatch } from "./part-of-batch.js";
import { r1 } from "./r1.js";
import { r2 } from "./r2.js";
import type { Judged } from "./squared-gradient-norm.js";
import { zeroCentredPenalty } from "./zero-centred.js";

const [weight, bias, last] = fixture.parameters.map(tensorOf);
const images = tensorOf(fixture.images);
const others = tensorOf(fixture.others);

/** v · tanh(W x + b) */
function judged(seen: Tensor): Judged {
  const hidden = tanh(add(matmul(seen, weight, { transposeB: true }), bias));
  return { seen, outputs: squeeze(matmul(hidden, expandDims(last, 1)), 1) };
}

describe("penalties and their gradients with respect to the discriminator are PyTorch's", () => {
  const middle = () => judged(between(images, others, tensorOf(fixture.share)));
  const cases: Readonly<Record<string, () => Tensor>> = {
    r1: () => r1(judged(images), fixture.weight),
    r2: () => r2(judged(others), fixture.weight),
    "zero-centred": () => zeroCentredPenalty(middle(), fixture.weight),
    "one-centred": () => oneCentredPenalty(middle(), fixture.weight),
  };
  test.each(Object.entries(fixture.penalties))("%s", (name, expected) => {
    const { values, gradients } = evaluated(cases[name](), [weight, bias, last]);
    expectClose(values, expected.values.data, 1e-10);
    expected.gradients.forEach(({ data }, at) => {
      expectClose(gradients[at], data, 1e-9, `gradient ${at}`);
    });
  });
});

test("parts of a batch have the expected gradient of the whole: their mean is its gradient", () => {
  const parts = 3;
  const whole = evaluated(mean(r1(judged(images), 2)), [weight]).gradients[0];
  const rows = Array.from({ length: 6 }, (_, row) =>
    fixture.images.data.slice(4 * row, 4 * row + 4),
  );
  const apart = Array.from({ length: parts }, (_, part) => {
    const turned = [...rows.slice(2 * part), ...rows.slice(0, 2 * part)];
    const first = partOfBatch(constant(turned.flat(), [6, 4]), parts);
    expect(first.shape).toEqual([2, 4]);
    return evaluated(mean(r1(judged(first), 2)), [weight]).gradients[0];
  });
  const average = Array.from(whole, (_, at) =>
    apart.reduce((sum, each) => sum + each[at] / parts, 0),
  );
  expectClose(average, Array.from(whole), 1e-12);
  expect(() => partOfBatch(images, 4)).toThrow(ConfigError);
  expect(partOfBatch(input("x", ["B", 2]), 4).shape).toEqual(["B", 2]);
});

describe("packs", () => {
  const batch = reshape(range(6 * 2 * 3), [6, 2, 1, 3]);

  test("hold consecutive images as channels, and hand their values back to each", () => {
    const packed = pack(batch, 3);
    expect(packed.shape).toEqual([2, 6, 1, 3]);
    const [values, each] = interpret([packed, forEachImage(constant([5, 7]), batch)], {});
    expect([...values.data]).toEqual(Array.from({ length: 36 }, (_, at) => at));
    expect([...each.data]).toEqual([5, 5, 5, 7, 7, 7]);
    expect(pack(batch, 1)).toBe(batch);
  });

  test("must divide the batch; a symbolic one is traced whole", () => {
    expect(() => pack(batch, 4)).toThrow("multiple of 4");
    expect(pack(input("x", ["B", 2, 1, 3]), 4).shape).toEqual(["B", 8, 1, 3]);
  });
});

test("instance noise falls linearly to 0 over its share of the training, and stays there", () => {
  const x = constant([1, 2]);
  const normal = constant([10, -10]);
  const at = (progress: number) => {
    const noisy = withInstanceNoise(x, normal, constant(progress), { std: 0.5, share: 0.4 });
    return [...interpret([noisy], {})[0].data];
  };
  expectClose(at(0), [6, -3]);
  expectClose(at(0.2), [3.5, -0.5]);
  expectClose(at(0.4), [1, 2]);
  expectClose(at(0.9), [1, 2]);
});

test("between two batches lies x at a share of 1 and G(z) at 0", () => {
  const [ends] = interpret([between(images, others, constant([1, 0, 1, 0, 1, 0]))], {});
  const expected = Array.from({ length: 6 }, (_, row) =>
    (row % 2 === 0 ? fixture.images : fixture.others).data.slice(4 * row, 4 * row + 4),
  );
  expectClose(ends.data, expected.flat());
});
