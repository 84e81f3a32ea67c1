import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type {
  DrivenComplete,
  Fit,
  FitStage,
  Model,
  ModelDefinition,
  TracedEncode,
  TracedSample,
  TracedScore,
} from "../../src/core/index.js";
import { binarise, type ImageSet, loadDataset } from "../../src/data/index.js";
import { independent, vae } from "../../src/models/index.js";
import { constantValue, type Scope } from "../../src/nn/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { add, broadcastTo, mean, mul, sub, type Tensor } from "../../src/tensor/index.js";
import { checkModel } from "./check-model.js";

/** The contract suite must see each of these: every one breaks one promise of a sound model. */
const small = { hidden: [8], latent: 2 };

let device: Device;
let images: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
});

afterAll(() => device.close());

/** The sound model with some of what it builds replaced. */
function broken(change: (model: Model) => Partial<Model>): ModelDefinition {
  return {
    ...vae,
    build(config, data) {
      const model = vae.build({ ...config, ...small }, data);
      return { ...model, ...change(model) };
    },
  };
}

function withLoss(change: (loss: Tensor, scope: Scope) => Tensor): ModelDefinition {
  return broken(({ steps: [step] }) => ({
    steps: [
      {
        ...step,
        objective(scope, batch, clock) {
          const objective = step.objective(scope, batch, clock);
          return { ...objective, loss: change(objective.loss, scope) };
        },
      },
    ],
  }));
}

async function failedChecks(definition: ModelDefinition): Promise<string[]> {
  const violations = await checkModel({ definition, images, device });
  return violations.map(({ check }) => check.split(":")[0]);
}

test("the sound model fails nothing", async () => {
  expect(await failedChecks(broken(() => ({})))).toEqual([]);
});

test("a configuration that lets unknown keys pass", async () => {
  const config = z.looseObject(vae.config.shape) as unknown as ModelDefinition["config"];
  expect(await failedChecks({ ...broken(() => ({})), config })).toEqual(["configuration"]);
});

test("a configuration key that says nothing of itself", async () => {
  const config = z.strictObject({ ...vae.config.shape, extra: z.number().default(1) });
  const definition = { ...broken(() => ({})), config: config as ModelDefinition["config"] };
  expect(await failedChecks(definition)).toEqual(["configuration"]);
});

test("a loss that is averaged before the loop does it", async () => {
  expect(await failedChecks(withLoss((loss) => mean(loss)))).toEqual(["objective"]);
});

test("a loss that depends on how often the model was built", async () => {
  let builds = 0;
  const failed = await failedChecks(withLoss((loss) => mul(loss, ++builds)));
  expect(failed).toContain("determinism");
  expect(failed).toContain("resume");
});

test("a parameter that no gradient reaches", async () => {
  const idle = withLoss((loss, scope) => {
    scope.child("encoder").parameter("idle", [3], constantValue(1));
    return loss;
  });
  expect(await failedChecks(idle)).toEqual(["learning"]);
});

test("a score that depends on the other images of the batch", async () => {
  const definition = broken(({ capabilities }) => {
    const score = capabilities.score as TracedScore;
    const trace: TracedScore["trace"] = (scope, batch, samples) => {
      const nllNats = score.trace(scope, batch, samples);
      return add(nllNats, mean(nllNats));
    };
    return { capabilities: { ...capabilities, score: { ...score, trace } } };
  });
  expect(await failedChecks(definition)).toEqual(["batches"]);
});

test("images in [-1, 1]", async () => {
  const definition = broken(({ capabilities }) => ({
    capabilities: {
      ...capabilities,
      sample: (scope, count, options) =>
        sub(mul((capabilities.sample as TracedSample)(scope, count, options), 2), 1),
    },
  }));
  expect(await failedChecks(definition)).toEqual(["images"]);
});

test("a bound that is called exact", async () => {
  expect(await failedChecks({ ...broken(() => ({})), density: "exact" })).toEqual(["scores"]);
});

test("classes whose probabilities do not add up to 1", async () => {
  const definition = broken(({ capabilities }) => ({
    capabilities: {
      ...capabilities,
      classify: (scope, pixelsUnit) => {
        const codes = (capabilities.encode as TracedEncode)(scope, pixelsUnit, {});
        return broadcastTo(mean(codes, 1, true), [codes.shape[0], 10]);
      },
    },
  }));
  expect(await failedChecks(definition)).toEqual(["probabilities"]);
});

test("a sampler that is another one each time it is traced", async () => {
  let traces = 0;
  const definition = broken(({ capabilities }) => ({
    capabilities: {
      ...capabilities,
      sample: (scope, count, options) =>
        mul((capabilities.sample as TracedSample)(scope, count, options), 0.9 ** traces++),
    },
  }));
  expect(await failedChecks(definition)).toEqual(["export"]);
});

/** A sound model that is fitted by passes, with some of what it builds replaced. */
function brokenFit(change: (model: Model) => Partial<Model>): ModelDefinition {
  return {
    ...independent,
    build(config, data) {
      const model = independent.build(config, data);
      return { ...model, ...change(model) };
    },
  };
}

test("the sound fit fails nothing", async () => {
  expect(await failedChecks(brokenFit(() => ({})))).toEqual([]);
});

test("a fit that ends elsewhere each time", async () => {
  let fits = 0;
  const definition = brokenFit(({ fit }) => {
    const [stage] = (fit as Fit).stages;
    const maximise: FitStage["maximise"] = (sums, current) => {
      const { values, metrics } = stage.maximise(sums, current);
      const shift = 0.01 * ++fits;
      const moved = [...values].map(
        ([name, value]) =>
          [name, Float32Array.from(value as Float32Array, (x) => x + shift)] as const,
      );
      return { values: new Map(moved), metrics };
    };
    return { fit: { ...(fit as Fit), stages: [{ ...stage, maximise }] } };
  });
  expect(await failedChecks(definition)).toEqual(expect.arrayContaining(["determinism", "resume"]));
});

test("a fit that leaves its first values as they are", async () => {
  const definition = brokenFit(({ fit }) => {
    const [stage] = (fit as Fit).stages;
    const maximise: FitStage["maximise"] = () => ({ values: new Map(), metrics: {} });
    return { fit: { ...(fit as Fit), stages: [{ ...stage, maximise }] } };
  });
  expect(await failedChecks(definition)).toContain("learning");
});

test("a completion that repaints what is given", async () => {
  const definition = brokenFit(({ capabilities }) => ({
    capabilities: {
      ...capabilities,
      complete: {
        async drive(host, request) {
          const images = await (capabilities.complete as DrivenComplete).drive(host, request);
          return images.map((pixel) => 0.999 * pixel);
        },
      },
    },
  }));
  expect(await failedChecks(definition)).toEqual(["completion"]);
});

test("a driven sampler whose noise depends on the batch", async () => {
  const definition = brokenFit(({ capabilities }) => ({
    capabilities: {
      ...capabilities,
      sample: {
        drive: (_, { first, size }) =>
          Promise.resolve(new Float32Array(size * 64).fill(first === 0 ? 0 : 1)),
      },
    },
  }));
  expect(await failedChecks(definition)).toEqual(["batches"]);
});
