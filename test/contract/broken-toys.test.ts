import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type {
  Capabilities,
  DrivenSample,
  DrivenScoreCapability,
  Model,
  ModelDefinition,
  Preview,
  TracedEncode,
  TracedSample,
  Validation,
} from "../../src/core/index.js";
import { binarise, type ImageSet, loadDataset } from "../../src/data/index.js";
import { constantValue, dropout, type Scope } from "../../src/nn/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { add, mean, mul, type Tensor } from "../../src/tensor/index.js";
import { checkModel } from "./check-model.js";
import { toyAnnotated } from "./toy-annotated.testing.js";
import { POOL, toyGan } from "./toy-gan.testing.js";

/** The contract suite must see each of these: every one breaks one promise of a sound toy. */

let device: Device;
let images: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
});

afterAll(() => device.close());

function broken(toy: ModelDefinition, change: (model: Model) => Partial<Model>): ModelDefinition {
  return {
    ...toy,
    build(config, data) {
      const model = toy.build(config, data);
      return { ...model, ...change(model) };
    },
  };
}

const withCapabilities = (
  toy: ModelDefinition,
  change: (capabilities: Capabilities) => Capabilities,
) =>
  broken(toy, ({ capabilities }) => ({
    capabilities: { ...capabilities, ...change(capabilities) },
  }));

async function failedChecks(
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  const violations = await checkModel({ definition, config, images, device });
  return violations.map(({ check }) => check.split(":")[0]);
}

const asInTraining = (scope: Scope): Scope => ({
  ...scope,
  training: true,
  child: (name) => asInTraining(scope.child(name)),
  update: () => undefined,
});

test("dropout that acts in samples", async () => {
  const definition = withCapabilities(toyGan, ({ sample }) => ({
    sample(scope, count, options) {
      const pixelsUnit = mul((sample as TracedSample)(scope, count, options), 0.5);
      return dropout(asInTraining(scope), pixelsUnit, { rate: 0.5 });
    },
  }));
  expect(await failedChecks(definition)).toEqual(["noise"]);
});

test("codes by the statistics of the batch", async () => {
  const definition = withCapabilities(toyGan, ({ encode }) => ({
    encode: (scope, pixelsUnit, annotations) =>
      (encode as TracedEncode)(asInTraining(scope), pixelsUnit, annotations),
  }));
  expect(await failedChecks(definition)).toEqual(expect.arrayContaining(["batches", "noise"]));
});

test("samples that read the memory of training", async () => {
  const definition = broken(toyGan, ({ steps, capabilities }) => {
    const { channels, height, width } = images;
    let pool: Tensor | undefined;
    return {
      steps: steps.map((step) => ({
        ...step,
        objective(scope, batch, clock) {
          const shape = [POOL, channels, height, width];
          pool ??= scope.child("critic").memory("pool", shape, constantValue(0.5));
          return step.objective(scope, batch, clock);
        },
      })),
      capabilities: {
        ...capabilities,
        sample: (scope, count, options) =>
          mul(
            add((capabilities.sample as TracedSample)(scope, count, options), mean(pool as Tensor)),
            0.5,
          ),
      },
    };
  });
  expect(await failedChecks(definition)).toEqual(expect.arrayContaining(["images", "export"]));
});

test("a validation that depends on the other images of the batch", async () => {
  const definition = broken(toyGan, ({ validate }) => ({
    validate: {
      ...(validate as Validation),
      trace(scope, batch) {
        const values = (validate as Validation).trace(scope, batch);
        return mul(values, mean(batch.pixelsUnit));
      },
    },
  }));
  expect(await failedChecks(definition)).toEqual(["validation"]);
});

test("a preview outside [0, 1]", async () => {
  const definition = broken(toyGan, ({ preview }) => ({
    preview: {
      trace: (scope, batch) => mul((preview as Preview).trace(scope, batch), 2),
    },
  }));
  expect(await failedChecks(definition)).toEqual(["preview"]);
});

test("samples that are the same for every class", async () => {
  const definition = withCapabilities(toyAnnotated, ({ sample }) => ({
    sample: (scope, count, options) => {
      const { class: shown } = options.annotations;
      const one = shown && mul(shown, 0);
      return (sample as TracedSample)(scope, count, {
        ...options,
        annotations: { ...(one && { class: one }) },
      });
    },
  }));
  expect(await failedChecks(definition)).toContain("conditions");
});

test("a setting of a driven sampler that says nothing of itself", async () => {
  const definition = withCapabilities(toyAnnotated, ({ sample }) => ({
    sample: {
      ...(sample as DrivenSample),
      options: z.strictObject({ sharpness: z.number().default(1) }),
    },
  }));
  expect(await failedChecks(definition, { driven: true })).toEqual(["settings"]);
});

test("a driven score that depends on the batch", async () => {
  const definition = withCapabilities(toyAnnotated, ({ score }) => ({
    score: {
      ...(score as DrivenScoreCapability),
      async drive(host, batch, request) {
        const nats = await (score as DrivenScoreCapability).drive(host, batch, request);
        return nats.map((value) => value + request.first);
      },
    },
  }));
  expect(await failedChecks(definition, { driven: true })).toEqual(["batches"]);
});
