import { describe, expect, test } from "vitest";
import { grid, moons } from "../../../data/planar/densities.js";
import type { PlanarDensity } from "../../../data/planar/density.js";
import { densityDivergence } from "../../../metrics/planar/divergence.js";
import { expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad } from "../../../tensor/gradient.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant } from "../../../tensor/tensor.js";
import { evaluated, fixture, tensorOf, type ValuesFixture } from "../adversarial.testing.js";
import { objectives } from "./index.js";
import { logisticLoss, minimaxGeneratorLoss } from "./minimax.js";
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

/** ln p of one density over the plane of another, which gives them a common window. */
function value(p: PlanarDensity, q: (x: number, y: number) => number, cells: number) {
  const { left, bottom, side } = p.window;
  const step = side / cells;
  const logs = Array.from({ length: cells ** 2 }, (_, at) => {
    const x = left + ((at % cells) + 0.5) * step;
    const y = bottom + (Math.floor(at / cells) + 0.5) * step;
    return [p.logDensity([x, y]), q(x, y)] as const;
  });
  const logits = constant(Float64Array.from(logs, ([logP, logQ]) => logP - logQ));
  const none = constant(0);
  const [ofReal, ofDrawn] = interpret(
    [logisticLoss(logits, constant(-1e4)), logisticLoss(constant(1e4), logits), none],
    {},
  );
  return -logs.reduce(
    (total, [logP, logQ], at) =>
      total + step ** 2 * (Math.exp(logP) * ofReal.data[at] + Math.exp(logQ) * ofDrawn.data[at]),
    0,
  );
}

test.each([
  ["moons", moons, 0.6, 150],
  ["grid", grid, 1.5, 600],
])(
  "minimax at D* = p / (p + q) is worth 2·JSD − log 4: %s against a Gaussian",
  (_, density, sigma, cells) => {
    const { left, bottom, side } = density.window;
    const gaussian = (x: number, y: number) => {
      const [dx, dy] = [x - left - side / 2, y - bottom - side / 2];
      return -(dx ** 2 + dy ** 2) / (2 * sigma ** 2) - Math.log(2 * Math.PI * sigma ** 2);
    };
    const box = { left, bottom, right: left + side, top: bottom + side };
    const { jsdNats } = densityDivergence(
      (x, y) => density.logDensity([x, y]),
      gaussian,
      box,
      cells,
    );
    expect(value(density, gaussian, cells)).toBeCloseTo(2 * jsdNats - Math.log(4), 3);
    expect(jsdNats).toBeGreaterThan(0.1);
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
