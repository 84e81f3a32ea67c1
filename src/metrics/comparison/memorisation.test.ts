import { expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import { wilsonInterval } from "../wilson.js";
import type { DescribedSet } from "./comparison.js";
import { memorisation } from "./memorisation.js";

/** Images of one feature, normal about a middle. */
function around(middle: number, name: string, count = 200): DescribedSet {
  const values = new Float64Array(count);
  stream(1, name).normal(values);
  return { features: { count, width: 1, values: values.map((value) => middle + value) } };
}

const joined = (a: DescribedSet, b: DescribedSet): DescribedSet => ({
  features: {
    count: a.features.count + b.features.count,
    width: 1,
    values: Float64Array.of(...a.features.values, ...b.features.values),
  },
});

test("images where no held-out ones are have no C_T, and their other figures", () => {
  const training = joined(around(0, "near"), around(1000, "far"));
  const heldOut = around(0, "held out");
  const shape = { channels: 1, height: 1, width: 1 };
  const figuresOf = (generated: DescribedSet) =>
    memorisation
      .measure({ real: heldOut, generated, training, heldOut, shape }, { seed: 0, intervals: true })
      .map(({ figure }) => figure);
  expect(figuresOf(around(0, "generated"))).toEqual(["copies", "AuthPct", "C_T"]);
  expect(figuresOf(around(1000, "generated"))).toEqual(["copies", "AuthPct"]);
});

test("a share of 0 or 1 has an interval with a width: Wilson's, of 200 images", () => {
  const training = around(0, "near");
  const heldOut = around(0, "held out");
  const shape = { channels: 1, height: 1, width: 1 };
  const sets = { real: heldOut, generated: training, training, heldOut, shape };
  const [copies, authPct] = memorisation.measure(sets, { seed: 0, intervals: true });
  const { low, high, level } = wilsonInterval(200, 200);
  expect(copies).toEqual({ figure: "copies", value: 1, interval: { low, high, level } });
  expect(low).toBeLessThan(0.99);
  expect(authPct.value).toBe(0);
  expect(authPct.interval?.high).toBeCloseTo(100 * (1 - low), 10);
});
