import { describe, expect, test } from "vitest";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad } from "../../../tensor/gradient.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant } from "../../../tensor/tensor.js";
import { evaluated, fixture, tensorOf, type ValuesFixture } from "../adversarial.testing.js";
import { objectives } from "./index.js";
import { minimaxGeneratorLoss } from "./minimax.js";
import { nonSaturatingGeneratorLoss } from "./non-saturating.js";

const real = tensorOf(fixture.real);
const drawn = tensorOf(fixture.drawn);

test("the fixture has every objective", () => {
  expect(Object.keys(fixture.objectives).sort()).toEqual(Object.keys(objectives).sort());
});

describe.each(Object.entries(objectives))(
  "%s is PyTorch's, outputs of ±200 included",
  (name, objective) => {
    const expected = fixture.objectives[name];

    const check = (loss: ReturnType<typeof evaluated>, of: ValuesFixture) => {
      expectClose(loss.values, of.values.data, 1e-10);
      of.gradients.forEach(({ data }, at) => {
        expectClose(loss.gradients[at], data, 1e-10, `gradient ${at}`);
      });
    };

    test("for the discriminator", () => {
      check(evaluated(objective.discriminator(real, drawn), [real, drawn]), expected.discriminator);
    });

    test("for the generator", () => {
      check(evaluated(objective.generator(drawn, real), [drawn, real]), expected.generator);
      const readsReal = expected.generator.gradients[1].data.some((slope) => slope !== 0);
      expect(objective.paired).toBe(readsReal);
    });

    test("with one-sided label smoothing, where it has a target", () => {
      expect(objective.smoothed === undefined).toBe(expected.smoothed === undefined);
      if (objective.smoothed === undefined || expected.smoothed === undefined) return;
      const loss = objective.smoothed(real, drawn, fixture.smoothing);
      check(evaluated(loss, [real, drawn]), expected.smoothed);
    });

    test("is anchored exactly if a constant added to all outputs changes its gradient", () => {
      const { gradients } = evaluated(objective.discriminator(real, drawn), [real, drawn]);
      const common = Array.from(gradients[0], (slope, at) => Math.abs(slope + gradients[1][at]));
      expect(Math.max(...common) > 1e-9).toBe(objective.anchored);
    });
  },
);

test("a sure discriminator leaves the minimax generator without a gradient, not the non-saturating one", () => {
  const sure = constant([-12]);
  const slopes = [minimaxGeneratorLoss, nonSaturatingGeneratorLoss].map((loss) => {
    const { slope } = grad(sum(loss(sure)), { slope: sure });
    return interpret([slope], {})[0].data[0];
  });
  const wrong = 1 / (1 + Math.exp(12));
  expect(slopes[0]).toBeCloseTo(-wrong, 12);
  expect(slopes[1]).toBeCloseTo(wrong - 1, 12);
});
