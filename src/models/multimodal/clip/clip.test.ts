import { expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { traced } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad, sum, type Tensor } from "../../../tensor/index.js";
import { clip } from "./index.js";
import { logitScale } from "./towers.js";

test.each([
  [7, 7, 4],
  [4, 4, 4],
  [32, 1, 2],
])("images of %i×%i are too small for %i channels", (height, width, count) => {
  const built = (length: number) => {
    const channels = new Array<number>(length).fill(8);
    const data = { ...(clip.example as DataTraits), height, width };
    return clip.build(clip.config.parse({ channels }), data).explain?.();
  };
  expect(() => built(count)).toThrow(ConfigError);
  expect(() => built(count)).toThrow(
    `images of ${height}×${width} cannot be halved ${count - 1} times; list fewer channels`,
  );
  expect(() => built(Math.floor(Math.log2(Math.min(height, width))) + 1)).not.toThrow();
});

test("the scale is at most 100, and its gradient can bring it back", () => {
  const { result: scale, variables } = traced(true, logitScale);
  const log = variables[0].tensor as Tensor<"input">;
  const { gradient } = grad(sum(scale), { gradient: log });
  const at = (value: number) =>
    interpret([scale, gradient], { [log.attributes.name]: [value] }).map(({ data }) => data[0]);
  const [within, slope] = at(2);
  expect(within).toBeCloseTo(Math.exp(2), 12);
  expect(slope).toBeCloseTo(Math.exp(2), 12);
  const [beyond, back] = at(6);
  expect(beyond).toBeCloseTo(100, 4);
  expect(back).toBeCloseTo(100, 4);
});
