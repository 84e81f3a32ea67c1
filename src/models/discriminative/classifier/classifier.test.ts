import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { numberedClasses } from "../../../core/annotations.js";
import { batchInputs, STOPPED } from "../../../core/state.js";
import { type ArrayFixture, expectClose } from "../../../nn/fixture.testing.js";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { grad } from "../../../tensor/gradient.js";
import { mean } from "../../../tensor/ops/reduction.js";
import { classifier } from "./index.js";

type Arrays = Readonly<Record<string, ArrayFixture>>;

/** What PyTorch computed in float64; see reference/classifier.py. */
interface Fixture {
  readonly pixelsUnit: ArrayFixture;
  readonly classes: readonly number[];
  readonly smoothing: number;
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly variables: Arrays;
        readonly losses: ArrayFixture;
        readonly crossEntropy: ArrayFixture;
        readonly hits: ArrayFixture;
        readonly gradients: Arrays;
      }
    >
  >;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../../reference/classifier.json", import.meta.url), "utf8"),
);
const [, channels, height, width] = fixture.pixelsUnit.shape;
const data = {
  channels,
  height,
  width,
  binary: false,
  levels: null,
  annotations: numberedClasses(4),
};
const configs = {
  mlp: { architecture: "mlp" },
  group: { channels: [3, 4], normalisation: "group" },
  batch: { channels: [3, 4], normalisation: "batch" },
} as const;

test.each(Object.entries(configs))("loss and gradients of %s are PyTorch's", (name, settings) => {
  const { smoothing } = fixture;
  const config = classifier.config.parse({ ...settings, hidden: [5], smoothing });
  const [step] = classifier.build(config, data).steps;
  const variables = new Variables();
  const { result } = trace(variables, true, (scope) =>
    step.objective(scope, batchInputs(data, fixture.classes.length), STOPPED),
  );
  const parameters = variables.list().filter(({ kind }) => kind === "parameter");
  const expected = fixture.cases[name];
  expect(parameters.map(({ path }) => path).sort()).toEqual(Object.keys(expected.variables).sort());

  const gradients = grad(
    mean(result.loss),
    Object.fromEntries(parameters.map(({ tensor }, at) => [at, tensor])),
  );
  const feeds = {
    pixelsUnit: fixture.pixelsUnit.data,
    class: fixture.classes,
    ...Object.fromEntries(
      parameters.map(({ path, tensor }) => [
        (tensor.attributes as { name: string }).name,
        expected.variables[path].data,
      ]),
    ),
  };
  const { crossEntropyNats, accuracy } = result.metrics;
  const [losses, nats, hits, ...slopes] = interpret(
    [result.loss, crossEntropyNats, accuracy, ...parameters.map((_, at) => gradients[at])],
    feeds,
  );
  expectClose(losses.data, expected.losses.data);
  expectClose(nats.data, expected.crossEntropy.data);
  expectClose(hits.data, expected.hits.data);
  parameters.forEach(({ path }, at) => {
    expectClose(slopes[at].data, expected.gradients[path].data, 1e-9, path);
  });
});
