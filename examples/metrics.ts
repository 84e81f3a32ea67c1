import { type ImageSet, loadDataset } from "figment";
import { readImages } from "figment/data";
import {
  authenticity,
  cmmd,
  copyingTest,
  FeatureMoments,
  FeatureSet,
  type Features,
  frechetDistance,
  kernelDistance,
  mind,
  nearestTraining,
  precisionRecall,
} from "figment/metrics";

const training = await pixelsOf(await loadDataset("digits"));
const test = await pixelsOf(await loadDataset("digits", { split: "test" }));
const [heldOut, fresh] = [part(test, 0, 180), part(test, 180, 360)];

const sets: Record<string, Features> = {
  "real, held out": fresh,
  noisy: altered(fresh, (pixel, at) => Math.min(1, Math.max(0, pixel + Math.sin(997 * at) / 4))),
  "half as bright": altered(fresh, (pixel) => pixel / 2),
  "one image only": altered(fresh, (_, at) => fresh.values[at % 64]),
  "copies of training": part(training, 0, 180),
};

print(["", "FD", "KD·10³", "CMMD", "MIND", "prec.", "recall", "cover.", "copies", "Auth", "C_T"]);
for (const [name, set] of Object.entries(sets)) {
  const { precision, recall, coverage } = precisionRecall(training, set);
  print([
    name,
    frechetDistance(momentsOf(training), momentsOf(set)).value.toFixed(2),
    (1000 * kernelDistance(training, set).value).toFixed(2),
    cmmd(training, set, 2).value.toFixed(1),
    mind(training, set).value.toFixed(2),
    precision.toFixed(2),
    recall.toFixed(2),
    coverage.toFixed(2),
    nearestTraining(training, set).copies.toFixed(2),
    authenticity(training, set).toFixed(0),
    copyingTest(training, heldOut, set).value.toFixed(1),
  ]);
}

/** The pixels of images as features: the simplest possible extractor. */
async function pixelsOf(images: ImageSet): Promise<Features> {
  const gathered = new FeatureSet(images.channels * images.height * images.width);
  for (let first = 0; first < images.count; first += 100) {
    const size = Math.min(100, images.count - first);
    const indices = Array.from({ length: size }, (_, at) => first + at);
    const { pixelsUnit } = await readImages(images, indices);
    gathered.add({ first, values: pixelsUnit });
  }
  return gathered.result();
}

function momentsOf(features: Features) {
  const gathered = new FeatureMoments(features.width);
  gathered.add({ first: 0, values: features.values });
  return gathered.result();
}

function part({ width, values }: Features, first: number, last: number): Features {
  return { count: last - first, width, values: values.slice(first * width, last * width) };
}

function altered(set: Features, change: (pixel: number, at: number) => number): Features {
  return { ...set, values: set.values.map(change) };
}

function print([name, ...figures]: readonly string[]) {
  console.log(name.padEnd(20) + figures.map((figure) => figure.padStart(7)).join(""));
}
