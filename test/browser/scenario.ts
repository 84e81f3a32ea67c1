import type * as Figment from "figment";
import type * as FigmentData from "figment/data";
import type { Device } from "figment/runtime";

/** What the tests do on Node and in a page alike, with the library of the one or the other. */
export type Library = typeof Figment & Pick<typeof FigmentData, "binarise">;

const BINARISATION = { mode: "fixed", seed: 0 } as const;
const CONFIG = { architecture: "mlp", hidden: [64], latent: 8 };

async function digits({ loadDataset, binarise }: Library, split: string) {
  return binarise(await loadDataset("digits", { split }), BINARISATION);
}

/** A model after some steps on binary digits. */
export async function trained(
  figment: Library,
  device: Device,
  steps: number,
  { config = CONFIG, batchSize = 64, onProgress = () => {} } = {},
) {
  return figment.trainModel({
    model: "vae",
    images: await figment.loadDataset("digits"),
    device,
    config,
    training: { steps, batchSize, learningRate: 3e-3 },
    binarisation: BINARISATION,
    validation: 0,
    seed: 3,
    onProgress,
  });
}

/** What is asked of a model: pixels of eight samples, and nats of the test images. */
export async function asked(figment: Library, model: Awaited<ReturnType<typeof trained>>) {
  const { pixelsUnit } = await figment.sample(model, { count: 8, seed: 11 });
  const { value, kind } = await figment.score(model, await digits(figment, "test"));
  return { samples: [...pixelsUnit], nats: value, kind };
}
