import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../../core/errors.js";
import { trace, Variables } from "../../../../nn/index.js";
import { interpret } from "../../../../runtime/interpreter/index.js";
import { stream } from "../../../../runtime/random.js";
import { constant, div, log, sub } from "../../../../tensor/index.js";
import { codesOf } from "../codes.js";
import { mmdToPrior } from "../mmd.js";
import { priorNames, priors, requireSound } from "./index.js";
import type { Prior } from "./prior.js";

const COUNT = 20_000;

function noise(length: number, how: "uniform" | "normal"): Float64Array {
  const values = new Float64Array(COUNT * length);
  stream(3, `${how}-${length}`)[how](values);
  return values;
}

/** Codes drawn at places of the part [from, to) of a prior. */
function drawn(
  prior: Prior,
  length: number,
  [from, to]: readonly number[] = [0, 1],
  regions = 0,
): Float64Array {
  const place = noise(1, "uniform").map((value) => from + value * (to - from));
  const { result } = trace(new Variables(), false, (scope) =>
    prior.draw(scope, {
      count: COUNT,
      length,
      place: constant(place, [COUNT, 1]),
      middle: (from + to) / 2,
      regions,
      temperature: constant(1, []),
    }),
  );
  const wanted = prior === priors.uniform ? "uniform" : "normal";
  const width = prior === priors.uniform ? length - 1 : length;
  return interpret([result], { "noise.prior": noise(width, wanted) })[0].data as Float64Array;
}

const column = (values: Float64Array, length: number, which: number) =>
  values.filter((_, at) => at % length === which);
const meanOf = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;

describe("priors", () => {
  test("the normal one is standard normal in every number", () => {
    const codes = drawn(priors.normal, 3);
    for (const which of [0, 1, 2]) {
      const values = column(codes, 3, which);
      expect(Math.abs(meanOf(values))).toBeLessThan(0.03);
      expect(Math.abs(meanOf(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.05);
      expect(Math.abs(meanOf(values.map((value) => value ** 4)) - 3)).toBeLessThan(0.3);
    }
  });

  test("the swiss roll is evenly dense along its length", () => {
    const codes = drawn(priors["swiss-roll"], 2);
    const [x, y] = [column(codes, 2, 0), column(codes, 2, 1)];
    // Arms are 2π / 5 apart; the share within a radius is that of the spiral's length.
    const radius = 2;
    const share = x.filter((value, at) => Math.hypot(value, y[at]) < radius).length / COUNT;
    const [from, to] = [Math.PI / 2, 4.5 * Math.PI];
    const expected = ((5 * radius) ** 2 - from ** 2) / (to ** 2 - from ** 2);
    expect(Math.abs(share - expected)).toBeLessThan(0.03);
  });

  test("the uniform one fills [−1, 1] evenly", () => {
    const codes = drawn(priors.uniform, 2);
    for (const which of [0, 1]) {
      const values = column(codes, 2, which);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      expect(Math.abs(meanOf(values.map((value) => value ** 2)) - 1 / 3)).toBeLessThan(0.01);
    }
  });

  test.each(priorNames)("regions of %s are apart", (name) => {
    const regions = 5;
    const centre = (region: number) => {
      const part = [region / regions, (region + 1) / regions];
      const codes = drawn(priors[name], 2, part, regions);
      return [meanOf(column(codes, 2, 0)), meanOf(column(codes, 2, 1))];
    };
    const centres = Array.from({ length: regions }, (_, region) => centre(region));
    for (const [at, [x, y]] of centres.entries()) {
      for (const [otherX, otherY] of centres.slice(at + 1)) {
        expect(Math.hypot(x - otherX, y - otherY)).toBeGreaterThan(0.35);
      }
    }
  });

  /** Codes at a temperature: of no class, or all of one. */
  function tempered(name: (typeof priorNames)[number], temperature: number, label?: number) {
    const regions = label === undefined ? 0 : 5;
    const classes = constant(new Float64Array(COUNT).fill(label ?? 0), [COUNT]);
    const { result } = trace(new Variables(), false, (scope) =>
      codesOf(
        priors[name],
        2,
        regions,
      )(scope, {
        count: COUNT,
        annotations: { class: classes },
        temperature,
      }),
    );
    const [wanted, width] =
      name === "uniform" ? (["uniform", 1] as const) : (["normal", 2] as const);
    const codes = interpret([result], {
      "noise.place": noise(1, "uniform"),
      "noise.prior": noise(width, wanted),
    })[0].data as Float64Array;
    return { x: column(codes, 2, 0), y: column(codes, 2, 1) };
  }

  test("a temperature scales the spread of the normal one in every direction", () => {
    const { x, y } = tempered("normal", 0.5);
    for (const values of [x, y]) {
      expect(Math.abs(meanOf(values))).toBeLessThan(0.02);
      expect(Math.abs(meanOf(values.map((value) => value ** 2)) - 0.25)).toBeLessThan(0.01);
    }
  });

  test.each([0.5, 2])("at temperature %d the ring has all of its Gaussians", (temperature) => {
    const { x, y } = tempered("ring", temperature);
    const counts = new Array<number>(10).fill(0);
    for (const [at, value] of x.entries()) {
      counts[Math.floor((Math.atan2(y[at], value) / (2 * Math.PI) + 1) * 10) % 10] += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(COUNT / 15);
  });

  test.each(priorNames)("%s stays in the class's region at any temperature", (name) => {
    const usual = tempered(name, 1, 4);
    const middle = Math.hypot(meanOf(usual.x), meanOf(usual.y));
    for (const temperature of [0.5, 2]) {
      const { x, y } = tempered(name, temperature, 4);
      const along = (meanOf(x) * meanOf(usual.x) + meanOf(y) * meanOf(usual.y)) / middle;
      expect(Number.isFinite(along)).toBe(true);
      expect(along / Math.hypot(meanOf(x), meanOf(y))).toBeGreaterThan(0.99);
    }
  });

  test.each(priorNames)("%s is one code at temperature 0", (name) => {
    const { x, y } = tempered(name, 0);
    for (const values of [x, y])
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-9);
  });

  test("one that cannot be trained against is refused with the reason", () => {
    const nonsense: Prior = {
      describes: "nonsense",
      draw: (_, { place }) => log(sub(place, 2)),
    };
    expect(() => requireSound(nonsense, 1, 0)).toThrow(/code with NaN/);
    const unbounded: Prior = { describes: "unbounded", draw: (_, { place }) => div(place, 0) };
    expect(() => requireSound(unbounded, 1, 0)).toThrow(ConfigError);
    expect(() => requireSound(nonsense, 2, 0)).toThrow(/shape \[64,1\], not \[64, 2\]/);
    expect(() => requireSound(priors.ring, 3, 0)).toThrow(/set latent=2/);
  });
});

describe("the discrepancy to the prior", () => {
  const [codes, prior] = [
    [
      [0.2, -1],
      [1.4, 0.3],
      [-0.7, 0.9],
    ],
    [
      [0.1, 0.4],
      [-1.2, -0.5],
      [0.8, 1.6],
    ],
  ];
  const square = (a: readonly number[], b: readonly number[]) =>
    (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
  const unit = prior.flatMap((a) => prior.map((b) => square(a, b))).reduce((x, y) => x + y, 0) / 6;
  const kernel = (a: readonly number[], b: readonly number[]) =>
    [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce(
      (sum, scale) => sum + (scale * unit) / (scale * unit + square(a, b)),
      0,
    );

  function byHand(alike: (i: number, j: number) => boolean): number {
    let [within, between] = [0, 0];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        if (!alike(i, j)) continue;
        if (i !== j) within += (kernel(codes[i], codes[j]) + kernel(prior[i], prior[j])) / 6;
        between += kernel(codes[i], prior[j]) / 9;
      }
    }
    return within - 2 * between;
  }

  const asTensor = (rows: readonly (readonly number[])[]) =>
    constant(rows.flat(), [rows.length, rows[0].length]);
  const meanOfRows = (classes?: readonly (readonly number[])[]) => {
    const rows = mmdToPrior(asTensor(codes), asTensor(prior), classes && asTensor(classes));
    return meanOf(interpret([rows], {})[0].data as Float64Array);
  };

  test("is the definition, pair by pair", () => {
    expect(meanOfRows()).toBeCloseTo(
      byHand(() => true),
      9,
    );
  });

  test("compares each class with its own", () => {
    const classes = [0, 1, 0];
    const oneHot = classes.map((label) => [1 - label, label]);
    expect(meanOfRows(oneHot)).toBeCloseTo(
      byHand((i, j) => classes[i] === classes[j]),
      9,
    );
  });
});
