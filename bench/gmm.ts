import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  dataSpecOf,
  dataTraits,
  type ImageSet,
  loadDataset,
  readImages,
  subset,
} from "../src/data/index.js";
import { gmm } from "../src/models/index.js";
import { openDevice } from "../src/runtime/index.js";
import { createPassTrainer, type PassTrainer } from "../src/training/pass-trainer.js";
import { startSklearn } from "./sklearn.js";
import { describeRatio, describeSpent, type Spent, spend } from "./spent.js";

const HELP = `npx tsx bench/gmm.ts [options]

Times EM passes of a mixture of Gaussians on MNIST in Figment and in scikit-learn (apt-get install
python3-sklearn libopenblas0-pthread), taking turns from the same start. Both compute the E-step, the
M-step and the new Cholesky factors in float64, and their likelihoods must agree.

  --images N       number of training images (6000)
  --components N   number of components (10)
  --covariance T   full, tied, diagonal or spherical (full)
  --threads N      threads of both (2)
  --passes N       timed passes of each (3)
`;

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "6000" },
    components: { type: "string", default: "10" },
    covariance: { type: "string", default: "full" },
    threads: { type: "string", default: "2" },
    passes: { type: "string", default: "3" },
    help: { type: "boolean", default: false },
  },
});

const REG = 1e-3;
const BATCH = 2000;
/** Relative tolerance between the two losses. */
const TOLERANCE = 1e-6;

if (values.help) process.stdout.write(HELP);
else await bench();

async function bench(): Promise<void> {
  const [count, components, threads, passes] = [
    ...[values.images, values.components, values.threads, values.passes].map(Number),
  ];
  const all = await loadDataset("mnist");
  const images = subset(
    all,
    Uint32Array.from({ length: count }, (_, index) => index),
  );
  const load = loadavg()[0];
  const figment = await startFigment(images, components, threads);
  const peer = await startPeer(images, components, threads);
  const times: [Pass[], Pass[]] = [[], []];
  for (let turn = 0; turn < passes; turn++) {
    times[0].push(await figment.pass());
    times[1].push(await peer.pass());
  }
  figment.close();
  peer.close();
  requireSame(times[0], times[1]);
  const line = (name: string, of: readonly Pass[]) =>
    `${name.padEnd(22)}${describeSpent(of, "per pass")}\n`;
  process.stdout.write(
    `${components} ${values.covariance} Gaussians over 784 pixels, ${count} images, ${threads} threads, load before ${load.toFixed(1)}\n` +
      line("Figment", times[0]) +
      line(peer.name, times[1]) +
      `${describeRatio(times[0], times[1])}\n` +
      `losses agree: ${times[0].map(({ loss }) => loss.toFixed(4)).join(", ")}\n`,
  );
}

/** An EM pass: nats per image before it, and the time it took. */
interface Pass extends Spent {
  readonly loss: number;
}

interface Contestant {
  readonly name: string;
  pass(): Promise<Pass>;
  close(): void;
}

async function startFigment(
  images: ImageSet,
  components: number,
  threads: number,
): Promise<Contestant> {
  const { pixelsUnit } = await readImages(
    images,
    Array.from({ length: components }, (_, index) => index),
  );
  const config = gmm.config.parse({
    components,
    covariance: values.covariance,
    reg: REG,
    init: "given",
    means: Array.from(pixelsUnit),
  });
  const data = dataTraits(dataSpecOf(images));
  const model = gmm.build(config, data);
  const device = await openDevice({ device: "cpu", threads, host: "inline" });
  const fit = model.fit!;
  const fitter = await createPassTrainer({
    definition: gmm,
    model,
    fit,
    data,
    device,
    batchSize: BATCH,
  });
  await fitter.begin(images, { seed: 0, restart: 0 });
  const pass = passOf(fitter, images);
  await pass(0);
  return {
    name: "Figment",
    async pass() {
      const { result, ...spent } = await spend(() => pass(1));
      return { loss: result.loss, ...spent };
    },
    close: () => void device.close(),
  };
}

function passOf(fitter: PassTrainer, images: ImageSet) {
  return async (stage: number) =>
    (await fitter.pass(stage, images, { onBatch: () => undefined, shouldStop: () => false }))!;
}

async function startPeer(
  images: ImageSet,
  components: number,
  threads: number,
): Promise<Contestant> {
  const { pixelsUnit } = await readImages(images);
  const parameters = [images.count, components, String(values.covariance), REG];
  const { name, ask, close } = await startSklearn("gmm.py", parameters, pixelsUnit, threads);
  return { name, pass: async () => (await ask("pass")) as unknown as Pass, close };
}

function requireSame(own: readonly Pass[], other: readonly Pass[]): void {
  own.forEach(({ loss }, pass) => {
    if (Math.abs(loss - other[pass].loss) <= TOLERANCE * Math.abs(loss)) return;
    throw new Error(`pass ${pass}: the losses are ${loss} and ${other[pass].loss}`);
  });
}
