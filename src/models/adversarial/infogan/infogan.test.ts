import { expect, test } from "vitest";
import { batchInputs, STOPPED, stepsOf, variablesOf } from "../../../core/state.js";
import { expectClose } from "../../../nn/fixture.testing.js";
import { trace } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { reachable } from "../../../tensor/graph.js";
import { add, exp, log, mul, neg } from "../../../tensor/ops/elementwise.js";
import { logSoftmax, mean, sum } from "../../../tensor/ops/reduction.js";
import { elementCount } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { evaluated, fixture, tensorOf } from "../adversarial.testing.js";
import { infoganConfig } from "./config.js";
import { groupingNats } from "./grouping.js";
import { infogan } from "./index.js";
import { recognition } from "./recognise.js";

const data = { channels: 1, height: 8, width: 8, binary: false, levels: 17, annotations: {} };

test("what the recogniser misses, and its gradient, are PyTorch's", () => {
  const { arguments: given, truth, weights, values, gradients } = fixture.information;
  const [categoryWeight, continuousWeight] = weights;
  const config = infoganConfig.parse({ categories: 4, categoryWeight, continuousWeight });
  const [logits, means, logVar] = given.map(tensorOf);
  const posterior = { logProbs: logSoftmax(logits, 1), mean: means, logVar };
  const { loss, metrics } = recognition(posterior, tensorOf(truth), config);
  const found = evaluated(loss, [logits, means, logVar]);
  expectClose(found.values, values.data, 1e-10);
  for (const [at, { data: expected }] of gradients.entries()) {
    expectClose(found.gradients[at], expected, 1e-10);
  }
  // H(c) + E[log Q(c | x)], with H of equally likely categories and of uniform codes on [−1, 1].
  const { categoryNats, continuousNats } = metrics;
  const [category, continuous] = interpret([categoryNats, continuousNats], {});
  for (const [at, total] of values.data.entries()) {
    const missed =
      categoryWeight * (Math.log(4) - category.data[at]) +
      continuousWeight * (2 * Math.log(2) - continuous.data[at]);
    expect(missed).toBeCloseTo(total, 9);
  }
});

test("the information that categories share, and its gradient, are those of the authors' code", () => {
  const { arguments: given, values, gradients } = fixture.grouping;
  const [logits, others] = given.map(tensorOf);
  const nats = mean(groupingNats(logSoftmax(logits, 1), logSoftmax(others, 1)));
  const found = evaluated(nats, [logits, others]);
  expectClose(found.values, values.data, 1e-10);
  for (const [at, { data: expected }] of gradients.entries()) {
    expectClose(found.gradients[at], expected, 1e-10);
  }
});

test.each([
  ["sure and even", [0, 1, 2, 3], Math.log(4)],
  ["all of one category", [2, 2, 2, 2], 0],
])("categories that are %s share that much", (_, categories, expected) => {
  const logits = constant(
    Float64Array.from({ length: 16 }, (_unused, at) =>
      categories[Math.floor(at / 4)] === at % 4 ? 60 : 0,
    ),
    [4, 4],
  );
  const same = logSoftmax(logits, 1);
  const [nats] = interpret([mean(groupingNats(same, same))], {});
  expect(-nats.data[0]).toBeCloseTo(expected, 4);
});

test("evenness counts the entropy of each category once more", () => {
  const { arguments: given } = fixture.grouping;
  const [own, other] = given.map((logits: Parameters<typeof tensorOf>[0]) =>
    logSoftmax(tensorOf(logits), 1),
  );
  const natsAt = (evenness: number) => mean(groupingNats(own, other, evenness));
  const marginal = mul(add(mean(exp(own), 0), mean(exp(other), 0)), 0.5);
  const entropy = neg(sum(mul(marginal, log(marginal))));
  const [more, less, category] = interpret([natsAt(1.5), natsAt(1), entropy], {}).map(
    ({ data: [value] }) => value,
  );
  expect(less - more).toBeCloseTo(0.5 * 2 * category, 9);
});

test.each([
  [{ channels: [8, 8, 8, 8] }, /cannot be halved 4 times/],
  [{ penalty: "r1" }, /penalty=r1 needs a gradient for each image/],
  [{ objective: "wasserstein" }, /no least value/],
  [{ overclusters: 20 }, /taught by grouping, but grouping=0/],
])("%j is refused", (changes, message) => {
  expect(() => infogan.build(infogan.config.parse(changes), data)).toThrow(message);
});

test.each([{ categories: 1 }, { packing: 2 }, { conditional: true }])(
  "%j is no setting",
  (changes) => {
    expect(infogan.config.safeParse(changes).success).toBe(false);
  },
);

test("the head of finer categories adds what it shares to what D maximises", () => {
  const batch = batchInputs(data, 6);
  const losses = [7, 0].map((overclusters) => {
    const settings = { channels: [4], categories: 3, recogniser: 5, grouping: 0.5, overclusters };
    const model = infogan.build(infogan.config.parse(settings), data);
    const [step] = stepsOf(model);
    const { result } = trace(variablesOf(model, data), true, (scope) =>
      step.objective(scope, batch, STOPPED),
    );
    return mean(result.loss);
  });
  const feeds = Object.fromEntries(
    reachable(losses)
      .filter((node): node is Tensor<"input"> => node.op === "input")
      .map(({ attributes: { name }, shape }) => {
        const values = new Float64Array(elementCount(shape as number[]));
        stream(1, name).uniform(values);
        return [name, values];
      }),
  );
  const [more, less] = interpret(losses, feeds).map(({ data: [loss] }) => loss);
  // Bounds of the information of seven categories; random weights give neither.
  expect((less - more) / 0.5).toBeGreaterThan(0);
  expect((less - more) / 0.5).toBeLessThan(Math.log(7));
});

test("its explanation counts the recogniser", () => {
  const parts = (recogniser: number) =>
    infogan.build(infogan.config.parse({ channels: [4], recogniser }), data).explain?.() ?? "";
  expect(parts(5)).toContain("log Q(c | x)");
  const counted = (text: string) => Number(/= ([\d,]+)$/m.exec(text)?.[1].replaceAll(",", ""));
  // One more unit: a weight from each feature and to each output, and a bias.
  expect(counted(parts(6)) - counted(parts(5))).toBe(4 * 4 * 4 + 1 + 14);
});
