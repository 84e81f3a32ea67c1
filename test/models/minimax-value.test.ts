import { expect, test } from "vitest";
import { grid, moons } from "../../src/data/planar/densities.js";
import type { PlanarDensity } from "../../src/data/planar/density.js";
import { densityDivergence } from "../../src/metrics/planar/divergence.js";
import { logisticLoss } from "../../src/models/adversarial/objectives/minimax.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import { constant } from "../../src/tensor/tensor.js";

/** Minimax at the logits log p − log q, integrated over the window of p. */
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
