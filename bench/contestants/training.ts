import { batchInputs, STOPPED } from "../../src/core/state.js";
import { trace, Variables } from "../../src/nn/scope.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { mean } from "../../src/tensor/ops/reduction.js";
import { elementCount } from "../../src/tensor/shape.js";
import {
  createGradientTrainer,
  type GradientTrainer,
} from "../../src/training/gradient-trainer.js";
import type { UpdateRule } from "../../src/training/step-program.js";
import type { NamedArray } from "../peers/start-file.js";
import { parametersOf, scatteredValues } from "../scatter.js";
import type { BenchStep } from "../steps/step.js";

export const SEED = 0;
export const LEARNING_RATE = 1e-3;
export const updateRule: UpdateRule = { optimizer: "adam", clipNorm: 0, ema: 0 };

/** A training step, as in the training loop. */
export interface Training {
  readonly device: Device;
  readonly trainer: GradientTrainer;
  readonly readyMs: number;
  /** Takes a step by its index: draws noise, feeds pixels, updates the state, reads the loss. */
  step(index: number): Promise<number>;
}

/** Computes in this thread, because the library's worker cannot run from its TypeScript source. */
export async function startTraining(step: BenchStep, threads: number): Promise<Training> {
  const device = await openDevice({ host: "inline", threads });
  const start = performance.now();
  const trainer = await createGradientTrainer({
    model: step.build(),
    data: step.data,
    device,
    rule: updateRule,
    batchSize: step.batchSize,
    seed: SEED,
  });
  const readyMs = performance.now() - start;
  await trainer.state.write(scatteredValues(parametersOf(step), SEED));
  const { values } = pixelsOf(step);
  return {
    device,
    trainer,
    readyMs,
    step: async (index) => (await trainer.step({ pixelsUnit: values }, index, LEARNING_RATE)).loss,
  };
}

/** A batch of pixels: 0 or 1, or multiples of 1/255, which a step may read as symbols. */
export function pixelsOf({ batchSize, data }: BenchStep): NamedArray {
  const shape = [batchSize, data.channels, data.height, data.width];
  const values = new Float32Array(elementCount(shape));
  if (data.binary) stream(SEED, "pixels").bernoulli(values, 0.3);
  else {
    stream(SEED, "pixels").uniform(values);
    values.forEach((value, index) => {
      values[index] = Math.floor(value * 256) / 255;
    });
  }
  return { name: "pixelsUnit", shape, values };
}

/** Runs the step's loss without gradient and update, on the same state. */
export async function compileForward(
  step: BenchStep,
  { device, trainer }: Training,
): Promise<() => Promise<unknown>> {
  const { result } = trace(new Variables(), true, (scope) =>
    step.build().steps[0].objective(scope, batchInputs(step.data, step.batchSize), STOPPED),
  );
  const forward = await device.compile({ outputs: { loss: mean(result.loss) }, updates: {} });
  const feeds = { pixelsUnit: pixelsOf(step).values };
  let runs = 0;
  return () => forward.run({ state: trainer.state, feeds, noise: { seed: SEED, step: runs++ } });
}

/** Number of learned parameters. */
export function parameterCount({ trainer }: Training): number {
  return trainer.weightGroups
    .filter(({ name }) => name.startsWith("parameters."))
    .flatMap(({ slots }) => slots)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
