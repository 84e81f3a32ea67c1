import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireAnnotation } from "../../src/core/annotations.js";
import { classify, likeliestClasses } from "../../src/core/capabilities/classify.js";
import { encode } from "../../src/core/capabilities/codes.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import type { Step } from "../../src/core/steps.js";
import { type ImageSet, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import { classifier } from "../../src/models/discriminative/classifier/index.js";
import { openRun, trainRun } from "../../src/runs/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { add, less, neg, stopGradient, where } from "../../src/tensor/ops/elementwise.js";
import { trainSmall } from "./train-small.js";

let device: Device;
let images: ImageSet;
let testImages: ImageSet;
let folder: string;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
  images = await loadDataset("digits");
  testImages = await loadDataset("digits", { split: "test" });
  folder = await mkdtemp(join(tmpdir(), "figment-classifier-"));
});
afterAll(async () => {
  await device.close();
  await rm(folder, { recursive: true, force: true });
});

/** Share of test images whose class a model finds. */
async function accuracyOf(model: LoadedModel): Promise<number> {
  const found = likeliestClasses(await classify(model, testImages));
  const actual = testImages.annotations?.class?.values ?? new Int32Array();
  return found.filter((label, image) => label === actual[image]).length / actual.length;
}

describe("learning gate on real digits", () => {
  const gate = 0.95;
  const accuracyAfter = async (
    config: Readonly<Record<string, unknown>>,
    definition: ModelDefinition = classifier,
  ) => {
    const model = await trainModel({
      model: definition,
      images,
      device,
      config: { channels: [16, 32], hidden: [64], ...config },
      training: { epochs: 10, batchSize: 64, learningRate: 3e-3, schedule: "cosine", ema: 0 },
      validation: 0,
      seed: 2,
    });
    const accuracy = await accuracyOf(model);
    await model.release();
    return accuracy;
  };

  test.each([{}, { smoothing: 0.1, dropout: 0.1 }])(
    "with %j it finds the classes of test images",
    async (config) => {
      expect(await accuracyAfter(config)).toBeGreaterThan(gate);
    },
  );

  type ObjectiveOf = Step["objective"];
  const broken: Readonly<Record<string, (objective: ObjectiveOf) => ObjectiveOf>> = {
    "of the wrong sign": (objective) => (scope, batch, clock) => {
      const { loss, metrics } = objective(scope, batch, clock);
      return { loss: neg(loss), metrics };
    },
    "without a gradient": (objective) => (scope, batch, clock) => {
      const { loss, metrics } = objective(scope, batch, clock);
      return { loss: stopGradient(loss), metrics };
    },
    "for the next class but one": (objective) => (scope, batch, clock) => {
      const truth = requireAnnotation(batch.annotations, "class");
      const next = where(less(truth, 8), add(truth, 2), 0);
      return objective(scope, { ...batch, annotations: { class: next } }, clock);
    },
  };
  test.each(Object.entries(broken))("with a loss %s it does not", async (_, change) => {
    const definition: ModelDefinition = {
      ...classifier,
      build(config, data) {
        const model = classifier.build(config, data);
        const [step] = model.steps;
        return { ...model, steps: [{ ...step, objective: change(step.objective) }] };
      },
    };
    expect(await accuracyAfter({}, definition)).toBeLessThan(gate);
  });
});

test("codes are the features before the last layer", async () => {
  const config = { channels: [4, 6], hidden: [7, 5] };
  const model = await trainSmall({ definition: classifier, device, images, config, steps: 1 });
  const few = subset(testImages, [0, 1, 2]);
  const { length, values } = await encode(model, few);
  expect(length).toBe(5);
  const weights = await model.values();
  const [weight, bias] = ["weight", "bias"].map(
    (name) => weights.get(`parameters.head.logits.${name}`) as Float32Array,
  );
  const { logProbs } = await classify(model, few);
  for (let image = 0; image < 3; image++) {
    const code = values.subarray(image * 5, (image + 1) * 5);
    const logits = Array.from(bias, (value, label) =>
      code.reduce((sum, feature, at) => sum + feature * weight[label * 5 + at], value),
    );
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    logits.forEach((logit, label) => {
      expect(logProbs[image * 10 + label]).toBeCloseTo(logit - total, 4);
    });
  }
  await model.release();
});

describe("on the encoder of another model", () => {
  let encoder: LoadedModel;
  beforeAll(async () => {
    const config = { hidden: [64], latent: 16 };
    encoder = await trainModel({
      model: "vae",
      images,
      device,
      config,
      training: { epochs: 40, batchSize: 64, learningRate: 3e-3 },
    });
  });
  afterAll(() => encoder.release());

  const trained = (config: Readonly<Record<string, unknown>>) =>
    trainModel({
      model: "classifier",
      images,
      device,
      config,
      parts: { encoder },
      training: { epochs: 15, batchSize: 64, learningRate: 3e-3 },
    });
  const weightsOfPart = async (model: LoadedModel) =>
    [...(await model.values())].filter(([name]) => name.startsWith("parameters.encoder."));

  test("its weights stay as they are unless it is fine-tuned", async () => {
    const before = await encoder.values();
    const [frozen, tuned] = [await trained({}), await trained({ finetune: true })];
    const kept = await weightsOfPart(frozen);
    expect(kept.map(([name]) => name).sort()).toEqual([
      "parameters.encoder.encoder.hidden1.bias",
      "parameters.encoder.encoder.hidden1.weight",
      "parameters.encoder.encoder.mean.bias",
      "parameters.encoder.encoder.mean.weight",
    ]);
    const original = (name: string) => before.get(name.replace("encoder.encoder", "encoder"));
    for (const [name, value] of kept) expect(value).toEqual(original(name));
    for (const [name, value] of await weightsOfPart(tuned)) {
      expect(value).not.toEqual(original(name));
    }
    const [ofFrozen, ofTuned] = [await accuracyOf(frozen), await accuracyOf(tuned)];
    expect(ofFrozen).toBeGreaterThan(0.85);
    expect(ofTuned).toBeGreaterThan(ofFrozen);
    await frozen.release();
    await tuned.release();
  });

  test("the head learns alone and faster at first, where a probe is asked for", async () => {
    await expect(trained({ probe: 0.25 })).rejects.toThrow("it needs finetune=true");
    const before = await encoder.values();
    const tuned = await trained({ finetune: true, probe: 0.25 });
    expect(
      tuned.model.phases?.map(({ share, steps: [{ trains, optimizer }] }) => [
        share,
        trains,
        optimizer?.rate,
      ]),
    ).toEqual([
      [0.25, ["head"], 10],
      [0.75, ["encoder", "head"], undefined],
    ]);
    for (const [name, value] of await weightsOfPart(tuned)) {
      expect(value).not.toEqual(before.get(name.replace("encoder.encoder", "encoder")));
    }
    expect(await accuracyOf(tuned)).toBeGreaterThan(0.85);
    await tuned.release();
  });

  test("may draw by class, but must not encode by class", async () => {
    const once = { steps: 1 };
    const partOf = (model: "aae" | "vae", config: Record<string, unknown>) =>
      trainModel({ model, images, device, config, training: once });
    const regions = await partOf("aae", { architecture: "mlp", regions: true });
    const byClass = await partOf("vae", { hidden: [8], latent: 2, conditional: true });
    const on = (part: LoadedModel) =>
      trainModel({ model: "classifier", images, device, parts: { encoder: part }, training: once });
    const made = await on(regions);
    await expect(on(byClass)).rejects.toThrow("the encoder of this vae reads class");
    for (const model of [regions, byClass, made]) await model.release();
  });

  test("without a hidden layer the codes are the part's", async () => {
    const probe = await trained({ hidden: [] });
    const few = subset(testImages, [3, 1, 4]);
    expect((await encode(probe, few)).values).toEqual((await encode(encoder, few)).values);
    await probe.release();
  });
});

describe("a run with a part", () => {
  const train = (model: string, options: Partial<Parameters<typeof trainRun>[0]> = {}) =>
    trainRun({
      model,
      data: images,
      out: join(folder, model),
      device: "cpu",
      host: "inline",
      training: { steps: 20 },
      ...options,
    });

  test("stands alone once it is trained", async () => {
    const part = join(folder, "vae");
    await train("vae", { config: { hidden: [16], latent: 4 } });
    await train("classifier", { parts: { encoder: part } });
    const probsOf = async () => {
      const run = await openRun(join(folder, "classifier"), { host: "inline" });
      const { probs } = await classify(run.model, testImages);
      await run.close();
      return probs;
    };
    const before = await probsOf();
    await rm(part, { recursive: true });
    expect(await probsOf()).toEqual(before);
  });

  test.each([
    ["an unknown part", { encodr: "vae" }, {}, 'has no part "encodr"; did you mean "encoder"?'],
    ["a part without codes", { encoder: "independent" }, {}, 'needs the capability "encode"'],
    [
      "a part for other images",
      { encoder: "wide" },
      {},
      "reads images of 1×16×16, but classifier reads 1×8×8",
    ],
    ["a part that is no run", { encoder: "nowhere" }, {}, "nowhere"],
    ["fine-tuning without a part", {}, { finetune: true }, "give one with --part encoder=RUN"],
  ])("%s is refused before there is a directory", async (_, parts, config, message) => {
    const wide = await loadDataset("digits", { size: 16 });
    const small = { hidden: [8], latent: 2 };
    const once = { overwrite: true, training: { steps: 1 } };
    await train("vae", { ...once, config: small });
    await train("vae", { ...once, config: small, data: wide, out: join(folder, "wide") });
    await train("independent", { overwrite: true, training: { epochs: 1 } });
    const out = join(folder, "refused");
    const runs = Object.fromEntries(
      Object.entries(parts).map(([name, run]) => [name, join(folder, run as string)]),
    );
    await expect(train("classifier", { out, config, parts: runs })).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });
});

test.each([
  [{}, {}, "these have none"],
  [{ class: { names: ["digit"] } }, {}, "these are all of one"],
  [{ class: { names: ["a", "b"] } }, { channels: [4, 4, 4, 4, 4] }, "4 halvings are too many"],
])("data with %j and %j cannot be classified", (annotations, config, message) => {
  const data = { channels: 1, height: 8, width: 8, binary: false, levels: 17, annotations };
  expect(() => classifier.build(classifier.config.parse(config), data)).toThrow(message);
});
