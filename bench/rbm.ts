import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { loadModel, score } from "../src/core/index.js";
import {
  binarise,
  dataSpecOf,
  dataTraits,
  type ImageSet,
  loadDataset,
  readImages,
  subset,
} from "../src/data/index.js";
import { rbm } from "../src/models/index.js";
import { type Device, openDevice, type StateValues, stream } from "../src/runtime/index.js";
import { createGradientTrainer } from "../src/training/gradient-trainer.js";
import { startSklearn } from "./sklearn.js";
import { describeRatio, describeSpent, type Spent, spend } from "./spent.js";

const HELP = `npx tsx bench/rbm.ts [options]

Times epochs of persistent contrastive divergence (PCD-1, no momentum) on binarised MNIST in Figment and
in scikit-learn (apt-get install python3-sklearn libopenblas0-pthread). They take turns, compute in
float32, and use the same initial weights and batches. At the end both machines are scored by the same
annealed importance sampling.

  --images N   number of training images (6400)
  --hidden N   hidden units (500)
  --batch N    images per step, and number of chains (128)
  --rate X     learning rate (0.05)
  --threads N  threads of both (1)
  --epochs N   timed epochs of each (5)
`;

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "6400" },
    hidden: { type: "string", default: "500" },
    batch: { type: "string", default: "128" },
    rate: { type: "string", default: "0.05" },
    threads: { type: "string", default: "1" },
    epochs: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});

const BINARISATION = { mode: "fixed", seed: 0 } as const;
const WEIGHT_STD = 0.01;
const SCORED = 1000;
const PIXELS = 784;
const [WEIGHT, BASE] = ["parameters.rbm.weight", "buffers.rbm.base"];

if (values.help) process.stdout.write(HELP);
else await bench();

async function bench(): Promise<void> {
  const [count, hidden, batch, rate, threads, epochs] = [
    ...[values.images, values.hidden, values.batch, values.rate, values.threads, values.epochs],
  ].map(Number);
  const load = loadavg()[0];
  const images = await firstOf("train", count);
  const start = startValues(images.pixelsUnit, hidden, batch);
  const device = await openDevice({ device: "cpu", threads, host: "inline" });
  const figment = await startFigment(device, images, { start, hidden, batch, rate });
  const numbers = [images.pixelsUnit, start.get(WEIGHT), start.get(BASE)].flatMap((part) =>
    Array.from(part ?? [], Number),
  );
  const parameters = [count, hidden, batch, rate];
  const peer = await startSklearn("rbm.py", parameters, Float32Array.from(numbers), threads);
  const times: [Spent[], Spent[]] = [[], []];
  for (let turn = 0; turn < epochs; turn++) {
    times[0].push(await figment.epoch());
    times[1].push((await peer.ask("epoch")) as unknown as Spent);
  }
  await peer.ask("weights");
  const [own, other] = [
    await nats(device, hidden, await figment.weights()),
    await nats(device, hidden, weightsOf(peer.readFile(), hidden, batch)),
  ];
  peer.close();
  await device.close();
  const line = (name: string, of: readonly Spent[], loss: number) =>
    `${name.padEnd(22)}${describeSpent(of, "per epoch")}; ${loss.toFixed(2)} nats at the end\n`;
  process.stdout.write(
    `${hidden} hidden units, ${count} images in batches of ${batch}, ${threads} threads, load before ${load.toFixed(1)}\n` +
      line("Figment", times[0], own) +
      line(peer.name, times[1], other) +
      `${describeRatio(times[0], times[1])}\n`,
  );
}

async function firstOf(split: "train" | "test", count: number) {
  const all = binarise(await loadDataset("mnist", { split }), BINARISATION);
  const images = subset(
    all,
    Uint32Array.from({ length: count }, (_, index) => index),
  );
  return { images, pixelsUnit: (await readImages(images)).pixelsUnit };
}

/** Initial values of both: small weights, visible biases from the pixels' means, and chains at zero. */
function startValues(pixelsUnit: Float32Array, hidden: number, batch: number) {
  const weight = new Float64Array(PIXELS * hidden);
  stream(0, "bench.rbm").normal(weight);
  const count = pixelsUnit.length / PIXELS;
  const on = new Float64Array(PIXELS).fill(1);
  pixelsUnit.forEach((value, index) => {
    on[index % PIXELS] += value;
  });
  return stateOf(
    weight.map((value) => WEIGHT_STD * value),
    on.map((ones) => Math.log(ones / (count + 2 - ones))),
    new Float64Array(hidden),
    batch,
  );
}

function stateOf(
  weight: ArrayLike<number>,
  base: ArrayLike<number>,
  hiddenBias: ArrayLike<number>,
  chains: number,
): StateValues {
  return new Map([
    [WEIGHT, Float32Array.from(weight)],
    ["parameters.rbm.visibleShift", new Float32Array(PIXELS)],
    ["parameters.rbm.hiddenBias", Float32Array.from(hiddenBias)],
    [BASE, Float32Array.from(base)],
    ["buffers.rbm.chains", new Float32Array(chains * hiddenBias.length)],
  ]);
}

/** Reads scikit-learn's weights [pixels, hidden], visible biases and hidden biases. */
function weightsOf(numbers: Float32Array, hidden: number, batch: number): StateValues {
  const end = PIXELS * hidden;
  const [weight, visible] = [numbers.subarray(0, end), numbers.subarray(end, end + PIXELS)];
  return stateOf(weight, visible, numbers.subarray(end + PIXELS), batch);
}

function configOf(hidden: number, chains: number) {
  return rbm.config.parse({ hidden, chains, betas: 2000 });
}

interface Setup {
  readonly start: StateValues;
  readonly hidden: number;
  readonly batch: number;
  readonly rate: number;
}

async function startFigment(
  device: Device,
  { images, pixelsUnit }: { readonly images: ImageSet; readonly pixelsUnit: Float32Array },
  { start, hidden, batch, rate }: Setup,
) {
  const data = dataTraits(dataSpecOf(images));
  const trainer = await createGradientTrainer(
    {
      model: rbm.build(configOf(hidden, batch), data),
      data,
      device,
      batchSize: batch,
      seed: 0,
      rule: { optimizer: "sgd", momentum: 0, clipNorm: 0, ema: 0 },
    },
    () => start,
  );
  // Start at step 1: step 0 would set the visible biases to the means of the first batch.
  let step = 1;
  return {
    weights: () => trainer.weights(),
    epoch: () =>
      spend(async () => {
        for (let first = 0; first + batch <= images.count; first += batch) {
          const pixels = pixelsUnit.subarray(first * PIXELS, (first + batch) * PIXELS);
          await trainer.step({ pixelsUnit: pixels }, step++, rate);
        }
      }),
  };
}

/** Nats of test images, by the same annealing for both. */
async function nats(device: Device, hidden: number, weights: StateValues): Promise<number> {
  const { images } = await firstOf("test", SCORED);
  const chains = (weights.get("buffers.rbm.chains")?.length ?? 0) / hidden;
  const data = dataTraits(dataSpecOf(images));
  const model = await loadModel(rbm, configOf(hidden, chains), data, device, weights);
  const { value } = await score(model, images);
  await model.release();
  return value;
}
