import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classify, likeliestClasses } from "../../src/core/capabilities/classify.js";
import { inMemory } from "../../src/core/images.js";
import { loadDataset, writeNpy } from "../../src/data/index.js";
import { type OpenRun, openRun, sample } from "../../src/index.js";
import { evaluate } from "../../src/runs/index.js";

/** Settings of a sampler to draw images with, and what they are worth. */
export interface Row {
  readonly sampler: string;
  readonly steps: number;
  readonly evaluations: number;
  readonly guidance: number;
  /** Figures by name, each with that of as many training images. */
  readonly figures: Readonly<
    Record<string, { readonly value: number; readonly floor: number | null }>
  >;
  /** Share of images in which an independent classifier finds the class that was asked for. */
  readonly accuracy: number;
}

export type Asked = Pick<Row, "sampler" | "steps" | "guidance">;

/** Evaluations of the network in each step but the last, which has one. */
const PER_STEP: Readonly<Record<string, number>> = { heun: 2, "dpmpp-2s": 2 };

function evaluationsOf({ sampler, steps, guidance }: Asked): number {
  const guided = guidance === 1 ? 1 : 2;
  return guided * ((steps - 1) * (PER_STEP[sampler] ?? 1) + 1);
}

interface Judging {
  readonly run: OpenRun;
  /** The zoo's classifier of the same data. */
  readonly judge: OpenRun;
  readonly extractor: string;
  readonly data: string;
  /** The classes to draw, in turn: those of the training images, so that they are as frequent. */
  readonly classes: readonly number[];
  readonly count: number;
}

/** Draws the classes of the first training images with each setting. */
export async function openJudging(run: string, count: number): Promise<Judging> {
  const opened = await openRun(run, { host: "inline" });
  const data = opened.data.source;
  const { annotations } = await loadDataset(data, { split: "train" });
  const extractor = `zoo:classifier-${data.replace("fashion-mnist", "fashion")}`;
  const judge = await openRun(extractor, { host: "inline" });
  const classes = [...(annotations?.class?.values.subarray(0, count) ?? [])];
  return { run: opened, judge, extractor, data, classes, count };
}

export async function measured(asked: Asked, judging: Judging): Promise<Row> {
  const { run, judge, extractor, data, classes, count } = judging;
  const images = await sample(run.model, {
    count,
    seed: 1,
    condition: { class: classes },
    options: asked,
  });
  const folder = await mkdtemp(join(tmpdir(), "figment-diffusion-"));
  try {
    const file = join(folder, "samples.npy");
    const { channels, height, width } = images;
    await writeNpy(file, images.pixelsUnit, [count, channels, height, width]);
    const [{ figures }] = await evaluate([file], {
      real: data,
      count,
      metrics: ["fd", "kd", "prdc"],
      extractor,
      host: "inline",
      seed: 0,
    });
    const found = likeliestClasses(await classify(judge.model, inMemory(images.pixelsUnit, count)));
    return {
      ...asked,
      evaluations: evaluationsOf(asked),
      figures: Object.fromEntries(
        figures.map(({ figure, value, floor }) => [figure, { value, floor }]),
      ),
      accuracy: found.filter((label, at) => label === classes[at]).length / count,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
