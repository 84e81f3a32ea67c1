import { gatherAnnotations } from "../../src/core/annotations.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { loadModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";
import type { Device } from "../../src/runtime/program.js";
import { createGradientTrainer } from "../../src/training/gradient-trainer.js";
import { batchesOf } from "../../src/training/plan.js";

/** A short training for tests. */
export interface Fitting {
  readonly definition: ModelDefinition;
  readonly device: Device;
  readonly images: ImageSet;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** Adam's usual ones by default. */
  readonly betas?: readonly [number, number];
}

/** Trains by gradients with Adam, without a run directory. */
export async function trainSmall(fitting: Fitting): Promise<LoadedModel> {
  const { definition, device, images, steps, batchSize = 64, learningRate = 3e-3, betas } = fitting;
  const data = dataTraits(dataSpecOf(images));
  const config = definition.config.parse(fitting.config);
  const model = definition.build(config, data);
  const rule = { optimizer: "adam", betas, clipNorm: 0, ema: 0 } as const;
  const trainer = await createGradientTrainer({
    model,
    data,
    device,
    rule,
    batchSize,
    seed: 3,
    totalSteps: steps,
  });
  const plan = batchesOf({ train: images, model }, batchSize, 3);
  for (let step = 0; step < steps; step++) {
    const indices = plan.indices(step);
    const { pixelsUnit } = await readImages(images, indices);
    const annotations = gatherAnnotations(images.annotations ?? {}, indices);
    await trainer.step({ pixelsUnit, annotations }, step, learningRate);
  }
  const loaded = await loadModel(definition, config, data, device, await trainer.weights());
  await trainer.release();
  return loaded;
}
