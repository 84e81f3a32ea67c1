import type { Binarisation } from "../data/binarise.js";
import type { ImageSet } from "../data/image-set.js";
import type { OpenRun } from "../training/load-run.js";
import { duration } from "./format.js";

/** Facts for the model card about how the weights were trained. */
export function factsOf({ record, data, step }: OpenRun): Record<string, string> {
  const { training, stages, seed, progress, versions, weights } = record;
  const settings = Object.entries(training).filter(([, value]) => value !== null);
  return {
    data: data.source,
    binarisation: data.binarisation.mode,
    ...(weights && { "started from": `the weights of ${weights.run}, step ${weights.step}` }),
    "training steps": String(step),
    "training time": duration(progress.seconds),
    ...Object.fromEntries(settings.map(([key, value]) => [key, String(value)])),
    ...Object.fromEntries(
      stages.map(({ step, learningRate, schedule }) => [
        `from step ${step} on`,
        `learning rate ${learningRate}, schedule ${schedule}`,
      ]),
    ),
    seed: String(seed),
    "made by": `Figment ${versions.figment}, ONNX Runtime ${versions.onnxruntime}`,
  };
}

/** Facts about the images, for comparing scores. */
export function protocolOf({ data }: OpenRun, images: ImageSet): Record<string, string> {
  return {
    data: images.name,
    split: images.split,
    binarisation: describeBinarisation(data.binarisation),
  };
}

function describeBinarisation({ mode, seed }: Binarisation): string {
  if (mode === "none") return "none";
  return mode === "fixed" ? `fixed, seed ${seed}` : `dynamic, first draw of seed ${seed}`;
}
