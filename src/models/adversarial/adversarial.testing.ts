import { readFileSync } from "node:fs";
import type { ArrayFixture } from "../../nn/fixture.testing.js";
import { interpret } from "../../runtime/interpreter/index.js";
import type { TensorValues } from "../../tensor/dtype.js";
import { grad } from "../../tensor/gradient.js";
import { sum } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";

/** Values of a function, and the gradients of their sum with respect to its arguments. */
export interface ValuesFixture {
  readonly values: ArrayFixture;
  readonly gradients: readonly ArrayFixture[];
}

interface OfArguments extends ValuesFixture {
  readonly arguments: readonly ArrayFixture[];
}

/** What PyTorch computed in float64; see reference/adversarial.py. */
interface Fixture {
  readonly real: ArrayFixture;
  readonly drawn: ArrayFixture;
  readonly smoothing: number;
  readonly objectives: Readonly<
    Record<
      string,
      Readonly<Record<"discriminator" | "generator", ValuesFixture>> & {
        readonly smoothed?: ValuesFixture;
      }
    >
  >;
  readonly weight: number;
  readonly images: ArrayFixture;
  readonly others: ArrayFixture;
  readonly share: ArrayFixture;
  readonly parameters: readonly ArrayFixture[];
  readonly penalties: Readonly<Record<string, ValuesFixture>>;
  readonly information: OfArguments & {
    /** One-hot category and continuous codes. */
    readonly truth: ArrayFixture;
    readonly weights: readonly [category: number, continuous: number];
  };
  readonly grouping: OfArguments;
  readonly pictures: ArrayFixture;
  readonly uniform: Readonly<Record<string, ArrayFixture>>;
  readonly cotangent: ArrayFixture;
  readonly augmentations: Readonly<
    Record<string, { readonly values: ArrayFixture; readonly gradient: ArrayFixture }>
  >;
}

export const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../reference/adversarial.json", import.meta.url), "utf8"),
);

export const tensorOf = ({ data, shape }: ArrayFixture): Tensor =>
  constant(data as TensorValues, shape);

/** The values of a tensor, and the gradients of their sum, in float64. */
export function evaluated(values: Tensor, parameters: readonly Tensor[]) {
  const gradients = grad(sum(values), Object.fromEntries(parameters.map((x, at) => [at, x])));
  const [found, ...slopes] = interpret([values, ...parameters.map((_, at) => gradients[at])], {});
  return { values: found.data, gradients: slopes.map(({ data }) => data) };
}
