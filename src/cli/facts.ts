import type { Augmentation } from "../data/augment.js";
import type { Binarisation } from "../data/binarise.js";
import type { ImageSet } from "../data/image-set.js";
import { type Choice, named } from "../training/choice.js";
import type { OpenRun } from "../training/load-run.js";
import { duration } from "./format.js";

/** Facts for the model card about how the weights were trained. */
export function factsOf({ record, data, step }: OpenRun): Record<string, string> {
  const { training, stages, seed, progress, versions, weights, choice } = record;
  const settings = Object.entries(training).filter(([, value]) => value !== null);
  return {
    data: data.source,
    binarisation: data.binarisation.mode,
    ...(data.augmentation && { augmentation: describeAugmentation(data.augmentation) }),
    ...(weights && { "started from": `the weights of ${weights.run}, step ${weights.step}` }),
    ...(choice && { "chosen settings": describeChoice(choice) }),
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

const describeChoice = ({ by, candidates, chosen }: Choice): string =>
  chosen === null
    ? "none yet"
    : `${named(candidates[chosen].settings)}, by ${by} among ${candidates.length}`;

/** Facts about the images, for comparing scores. */
export function protocolOf({ data }: OpenRun, images: ImageSet): Record<string, string> {
  return {
    data: images.name,
    split: images.split,
    binarisation: describeBinarisation(data.binarisation),
  };
}

function describeAugmentation({ flip, shift, rotation }: Augmentation): string {
  const parts = [
    flip ? "mirrored left to right" : "",
    shift > 0 ? `shifted by up to ${shift} pixels` : "",
    rotation > 0 ? `turned by up to ${rotation} degrees` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "none";
}

function describeBinarisation({ mode, seed }: Binarisation): string {
  if (mode === "none") return "none";
  return mode === "fixed" ? `fixed, seed ${seed}` : `dynamic, first draw of seed ${seed}`;
}
