import { readFileSync } from "node:fs";
import { arraySet, batchPlan, dataSpecOf, type ImageSet } from "../../src/data/index.js";
import { openDevice, type StateValues } from "../../src/runtime/index.js";
import { openSession, planTraining, START, trainingOptions } from "../../src/training/index.js";
import { toyGan } from "./toy-gan.testing.js";

/** What PyTorch computed in float64; see reference/toy_gan.py. */
interface Twin {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Of each update, in turn. */
  readonly losses: readonly Readonly<Record<string, number>>[];
  readonly state: Readonly<Record<string, readonly number[]>>;
  /** How far the state of a twin that makes a mistake is from this one. */
  readonly deviations: Readonly<Record<string, number>>;
}

export const twin: Twin = JSON.parse(
  readFileSync(new URL("../../reference/toy-gan.json", import.meta.url), "utf8"),
);

const BATCH = 6;
const BATCHES = 10;
const SEED = 5;
const IMAGE = { channels: 2, height: 4, width: 6 };
const PIXELS = 48;
/** Of the largest element of each tensor: float32 after ten batches. */
export const TOLERANCE = 1e-5;

/** The images of the twin's batches, in an order that the loop's shuffling undoes. */
function images(): ImageSet {
  const plan = batchPlan({ count: BATCHES * BATCH, batchSize: BATCH, seed: SEED });
  const pixelsUnit = new Float32Array(BATCHES * BATCH * PIXELS);
  for (let batch = 0; batch < BATCHES; batch++) {
    plan.indices(batch).forEach((place, item) => {
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        pixelsUnit[place * PIXELS + pixel] =
          0.5 + 0.5 * Math.sin(0.37 * (item * PIXELS + pixel) + 1.9 * batch);
      }
    });
  }
  const { channels, height, width } = IMAGE;
  const info = { name: "waves", source: "memory", split: "all", channels, height, width };
  return arraySet(info, pixelsUnit);
}

/** The values that the twin begins with. */
function firstValues(): StateValues {
  return new Map(
    Object.entries(twin.shapes).map(([path, shape], number) => {
      const buffer = path.includes(".running_");
      const middle = path.endsWith("norm.weight") || path.endsWith("running_var") ? 1 : 0;
      const length = shape.reduce((product, dim) => product * dim, 1);
      const values = Float32Array.from(
        { length },
        (_, index) => middle + 0.3 * Math.sin(1.7 * index + 2.3 * number + 0.4),
      );
      return [`${buffer ? "buffers" : "parameters"}.${path}`, values];
    }),
  );
}

/** Ten batches by the library's own loop. */
export async function trainAsTwin() {
  const device = await openDevice({ host: "inline", threads: 1 });
  const set = images();
  const plan = planTraining({
    definition: toyGan,
    config: toyGan.config.parse({}),
    data: dataSpecOf(set),
    options: trainingOptions({ steps: BATCHES, batchSize: BATCH }, toyGan.training, "toy-gan"),
    images: set,
    weights: firstValues(),
  });
  const session = await openSession({ plan, device, seed: SEED });
  const losses: Record<string, number>[] = [];
  try {
    await session.run({
      from: START,
      recorder: {
        metrics: async () => undefined,
        samples: async () => undefined,
        best: async () => undefined,
        keep: async () => undefined,
      },
      seconds: () => 0,
      onProgress({ metrics }) {
        const { "critic.loss": loss, "critic.penalty": penalty } = metrics;
        losses.push({ loss, penalty });
        const { "generator.loss": other, "generator.squares": squares } = metrics;
        if (other !== undefined) losses.push({ loss: other, squares });
      },
    });
    return { losses, state: await session.trainer.state.read() };
  } finally {
    await session.release();
    await device.close();
  }
}

/**
 * A value of the twin's state by our names. Our moments are decayed sums, PyTorch's are averages: they
 * differ by one factor, see nn/optimizers.
 */
export function ours(name: string): { readonly name: string; readonly factor: number } {
  const [step, moment, ...path] = name.split(".");
  const slot = path.join(".");
  switch (moment) {
    case "exp_avg": // β₁ is 0
      return { name: `optimizer.${step}.gradients.${slot}`, factor: 1 };
    case "exp_avg_sq":
      return { name: `optimizer.${step}.squares.${slot}`, factor: 1 - 0.9 };
    case "square_avg":
      return { name: `optimizer.${step}.squares.${slot}`, factor: 1 - 0.99 };
    case "momentum_buffer":
      return { name: `optimizer.${step}.velocity.${slot}`, factor: 1 / Math.sqrt(1 - 0.99) };
    default:
      return { name, factor: 1 };
  }
}

/** The largest difference of an element, as a share of the largest element of its tensor. */
export function deviation(state: StateValues): number {
  const shares = Object.entries(twin.state).map(([theirs, expected]) => {
    const { name, factor } = ours(theirs);
    const found = state.get(name);
    if (found?.length !== expected.length) return Number.POSITIVE_INFINITY;
    const largest = Math.max(1e-3, ...expected.map(Math.abs));
    return Math.max(
      ...expected.map((value, at) => Math.abs(Number(found[at]) * factor - value) / largest),
    );
  });
  return Math.max(...shares);
}
