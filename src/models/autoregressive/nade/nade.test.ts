import { describe, expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import type { TracedScore } from "../../../core/capability.js";
import { ConfigError } from "../../../core/errors.js";
import { batchInputs, STOPPED, variablesOf } from "../../../core/state.js";
import { type Scope, trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { grad } from "../../../tensor/gradient.js";
import { reachable } from "../../../tensor/graph.js";
import { exp } from "../../../tensor/ops/elementwise.js";
import { concat, reshape, transpose } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import { bindShape, elementCount } from "../../../tensor/shape.js";
import { constant } from "../../../tensor/tensor.js";
import { orderingNames, orderingOf } from "../../ordering.js";
import {
  type Build,
  dependencyMatrix,
  evaluate,
  everyImage,
  totalProbability,
} from "../dependency.testing.js";
import { type NadeConfig, nadeConfig } from "./config.js";
import { headOf } from "./head.js";
import { nade } from "./index.js";
import { conditionals, nadeParameters } from "./network.js";
import { variablesFor } from "./variables.js";

const binary: DataTraits = {
  channels: 1,
  height: 3,
  width: 3,
  binary: true,
  levels: 2,
  annotations: {},
};
const real: DataTraits = { ...binary, binary: false, levels: null };

const configOf = (settings: Readonly<Record<string, unknown>>): NadeConfig =>
  nadeConfig.parse({ hidden: 6, ...settings });

const scoreOf =
  (settings: Readonly<Record<string, unknown>>, data: DataTraits): Build =>
  (scope, batch) => {
    const score = nade.build(configOf(settings), data).capabilities.score as TracedScore;
    return score.trace(scope, batch, 1);
  };

/** The network's outputs for each variable, by its place in the order: [B, D, P]. */
const outputsOf =
  (settings: Readonly<Record<string, unknown>>, data: DataTraits): Build =>
  (scope, { pixelsUnit }) => {
    const config = configOf(settings);
    const head = headOf(config, data);
    const variables = variablesFor(config, data, head.kind);
    const parameters = nadeParameters(scope.child("nade"), variables.count, config, head);
    const blocks = conditionals(variables.read(scope, pixelsUnit), parameters, config);
    const inOrder = blocks.map(({ outputs }) => outputs).reverse();
    return transpose(concat(inOrder, 0), [1, 0, 2]);
  };

const everyOrdering = orderingNames.map((ordering) => ({ ordering }));

describe("binary pixels", () => {
  test.each([
    { activation: "relu" },
    { activation: "sigmoid", ordering: "random", block: 4 },
    { activation: "tanh", ordering: "diagonal", block: 1 },
  ])("the probabilities of all 512 images sum to 1: %o", (settings) => {
    expect(totalProbability(scoreOf(settings, binary), binary)).toBeCloseTo(1, 10);
  });

  test.each([
    { activation: "sigmoid", block: 4 },
    { activation: "relu", ordering: "random", orderingSeed: 3 },
    { activation: "relu", ordering: "column", channels: 2 },
  ])(
    "the score agrees with the paper's equations in a plain loop: %o",
    ({ channels = 1, ...settings }) => {
      const config = configOf(settings);
      const data = { ...binary, height: 2, channels };
      const values = randomParameters(config, data);
      const images = everyImage(data);
      const { data: nats } = evaluate(scoreOf(settings, data), data, images, values);
      const order = orderingOf(config.ordering, data, config.orderingSeed).sequence;
      nats.forEach((value, image) => {
        const x = Array.from(order, (variable) => images[image * order.length + variable]);
        expect(Math.abs(value - nllByThePaper(x, values, config))).toBeLessThan(1e-10);
      });
    },
  );

  test.each(everyOrdering)("blocks of any size give the same score in $ordering order", (each) => {
    const images = everyImage(binary);
    const [whole, ...others] = [9, 1, 2, 4, 28].map(
      (block) => evaluate(scoreOf({ ...each, block }, binary), binary, images).data,
    );
    for (const nats of others) {
      nats.forEach((value, image) => {
        expect(Math.abs(value - whole[image])).toBeLessThan(1e-12);
      });
    }
  });

  test("no tensor of a training step holds the hidden units of more than one block", () => {
    const [data, config] = [{ ...binary, height: 6, width: 6 }, configOf({ hidden: 20, block: 4 })];
    const variables = new Variables();
    const [step] = nade.build(config, data).steps;
    const { result } = trace(variables, true, (scope) =>
      step.objective(scope, batchInputs(data), STOPPED),
    );
    const parameters = variables.list().map(({ tensor }) => tensor);
    const gradients = parameters.map((parameter) => grad(mean(result.loss), parameter));
    const sizes = reachable(gradients).map(({ shape }) =>
      elementCount(bindShape(shape, { B: 1000 })),
    );
    expect(Math.max(...sizes)).toBe(4 * 1000 * 20);
  });

  test("explain counts all parameters", () => {
    const model = nade.build(configOf({}), binary);
    const parameters = variablesOf(model, binary)
      .list()
      .reduce((sum, { shape }) => sum + elementCount(shape), 0);
    expect(model.explain?.()).toContain(
      `Parameters\n  ${parameters.toLocaleString("en")}: weights`,
    );
  });

  test("are required by a binary head, and the error says how to get them", () => {
    const build = () => nade.build(configOf({ head: "binary" }), real);
    expect(build).toThrow(ConfigError);
    expect(build).toThrow(/--binarisation fixed .* head=mixture/);
  });
});

describe.each([
  { name: "binary", data: binary, settings: {} },
  { name: "mixture", data: real, settings: { components: 2 } },
  { name: "two channels", data: { ...binary, width: 2, channels: 2 }, settings: {} },
])("dependencies, $name", ({ data, settings }) => {
  test.each(everyOrdering)("exactly on all earlier variables in $ordering order", (each) => {
    const matrix = dependencyMatrix(outputsOf({ ...settings, ...each, block: 4 }, data), data);
    const { rank } = orderingOf(each.ordering, data);
    matrix.forEach((row, place) => {
      row.forEach((moved, variable) => {
        if (rank[variable] < place) expect(moved).toBeGreaterThan(1e-9);
        else expect(moved).toBe(0);
      });
    });
  });
});

describe("real pixels", () => {
  const settings = { activation: "tanh", components: 3, minStd: 0.2 };

  test("the density of one pixel integrates to 1", () => {
    const data = { ...real, height: 1, width: 1 };
    const [points, reach] = [8_001, 40];
    const step = (2 * reach) / (points - 1);
    const xs = Float64Array.from({ length: points }, (_, index) => index * step - reach);
    const { data: nats } = evaluate(scoreOf(settings, data), data, xs);
    expect(nats.reduce((sum, value) => sum + Math.exp(-value) * step, 0)).toBeCloseTo(1, 6);
  });

  test("the joint density of two pixels integrates to 1", () => {
    const data = { ...real, height: 1, width: 2 };
    const [points, reach] = [161, 8];
    const step = (2 * reach) / (points - 1);
    const at = (index: number) => index * step - reach;
    const xs = Float64Array.from({ length: points * points * 2 }, (_, entry) => {
      const pair = Math.floor(entry / 2);
      return entry % 2 === 0 ? at(Math.floor(pair / points)) : at(pair % points);
    });
    const { data: nats } = evaluate(scoreOf(settings, data), data, xs);
    const mass = nats.reduce((sum, value) => sum + Math.exp(-value) * step * step, 0);
    expect(mass).toBeCloseTo(1, 4);
  });

  test("standard deviations stay above their minimum, however small the network makes them", () => {
    const head = headOf(configOf({ components: 1, minStd: 0.01 }), real);
    const narrow = head.distribution(constant([0, 0.5, -1e4], [3]));
    const [density] = interpret([exp(narrow.logProb(constant(0.5)))], {});
    expect(density.data[0]).toBeCloseTo(1 / (0.01 * Math.sqrt(2 * Math.PI)), 8);
  });

  test("levels are spread over their share of [0, 1], and any number in it gives the level back", () => {
    const data = { ...real, levels: 5 };
    const variables = variablesFor(configOf({}), data, "mixture");
    const levels = constant([0, 0.25, 0.5, 0.75, 1]);
    const noise = constant([0, 0.999, 0.5, 0.25, 0.75], [1, 5]);
    const pixels = reshape(levels, [1, 5, 1, 1]);
    const scope = { noise: () => noise } as unknown as Scope;
    const spread = variablesFor(configOf({}), { ...data, height: 5, width: 1 }, "mixture").read(
      scope,
      pixels,
    );
    const [x, back, middle] = interpret(
      [spread, variables.toPixels(spread), variables.meanPixels(variables.fromPixels(levels))],
      {},
    );
    expect([...x.data].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([
      0, 0.3998, 0.5, 0.65, 0.95,
    ]);
    for (const { data: found } of [back, middle]) {
      found.forEach((value, level) => {
        expect(value).toBeCloseTo(level / 4, 6);
      });
    }
    expect([variables.kind, variables.offsetNats]).toEqual(["bound", 9 * Math.log(5)]);
  });
});

type Values = ReadonlyMap<string, Float64Array>;

function randomParameters({ hidden }: NadeConfig, data: DataTraits): Values {
  const variables = data.channels * data.height * data.width;
  const draw = (name: string, length: number): [string, Float64Array] => {
    const values = new Float64Array(length);
    stream(7, name).normal(values);
    return [`parameters.nade.${name}`, values];
  };
  return new Map([
    draw("bias", hidden),
    draw("outputBias", variables),
    draw("weights", variables * 2 * hidden),
  ]);
}

/** Larochelle & Murray 2011, equations 1 and 2, for one image whose variables are in order. */
function nllByThePaper(
  x: readonly number[],
  values: Values,
  { hidden, activation }: NadeConfig,
): number {
  const named = (name: string) => values.get(`parameters.nade.${name}`) as Float64Array;
  const [c, b, weights] = [named("bias"), named("outputBias"), named("weights")];
  const w = (unit: number, variable: number) => weights[variable * 2 * hidden + unit];
  const v = (variable: number, unit: number) => weights[(variable * 2 + 1) * hidden + unit];
  const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));
  const act = activation === "relu" ? (a: number) => Math.max(a, 0) : sigmoid;
  let nats = 0;
  for (let i = 0; i < x.length; i++) {
    let logit = b[i];
    for (let unit = 0; unit < hidden; unit++) {
      let a = c[unit];
      for (let j = 0; j < i; j++) a += w(unit, j) * x[j];
      logit += v(i, unit) * act(a);
    }
    const p = sigmoid(logit);
    nats -= Math.log(x[i] === 1 ? p : 1 - p);
  }
  return nats;
}
