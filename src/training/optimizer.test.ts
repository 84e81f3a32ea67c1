import { describe, expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import type { GradientDefaults } from "../core/model.js";
import type { OptimizerSettings, Step, StepOptimizer } from "../core/steps.js";
import { optimizerOf, settingsOf } from "./optimizer.js";
import { trainingOptions } from "./options.js";

const run: OptimizerSettings = {
  optimizer: "adam",
  betas: [0, 0.9],
  weightDecay: 0.1,
  clipNorm: 1,
};

const stepWith = (optimizer: StepOptimizer): Step => ({
  name: "learn",
  trains: ["all"],
  optimizer,
  objective() {
    throw new Error("settings trace nothing");
  },
});

describe("the settings of a step", () => {
  test("are those of the run where it has none", () => {
    expect(settingsOf(stepWith({ rate: 2 }), run)).toEqual(run);
  });

  test("replace those of the run, key by key, within one rule", () => {
    const own = stepWith({ betas: [0.5, 0.9], clipNorm: 0 });
    expect(settingsOf(own, run)).toEqual({ ...run, betas: [0.5, 0.9], clipNorm: 0 });
  });

  test("take over from another rule only what every rule has", () => {
    const own = settingsOf(stepWith({ optimizer: "rmsprop", momentum: 0.5 }), run);
    expect(own).toEqual({ optimizer: "rmsprop", momentum: 0.5, weightDecay: 0.1, clipNorm: 1 });
    expect(optimizerOf(own).moments).toEqual(["squares", "velocity"]);
  });

  test("are refused where the rule does not have them", () => {
    expect(() => optimizerOf(settingsOf(stepWith({ momentum: 0.5 }), run))).toThrow(ConfigError);
    const betas = stepWith({ optimizer: "sgd", betas: [0.5, 0.9] });
    expect(() => optimizerOf(settingsOf(betas, run))).toThrow(ConfigError);
  });
});

describe("the options of a training", () => {
  const defaults: GradientDefaults = {
    by: "gradients",
    optimizer: "adam",
    learningRate: 0.1,
    batchSize: 8,
    betas: [0, 0.9],
  };

  test("keep a model's betas with its rule alone", () => {
    expect(trainingOptions({}, defaults, "toy")).toMatchObject({ betas: [0, 0.9] });
    expect(trainingOptions({ optimizer: "adam" }, defaults, "toy")).toMatchObject({
      betas: [0, 0.9],
    });
    const other = trainingOptions({ optimizer: "sgd" }, defaults, "toy");
    expect(other).toMatchObject({ optimizer: "sgd", learningRate: 0.1 });
    expect(other).not.toHaveProperty("betas");
  });
});
