/** Times sampling that runs one program at every step, and what the host does between the runs. */
import { sample } from "../src/core/capabilities/sample.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import type { ModelProgram } from "../src/core/programs.js";
import { openRun } from "../src/index.js";
import { median, type Spent, spend } from "./spent.js";

export interface DenoisingTimes {
  readonly run: string;
  readonly images: number;
  readonly steps: number;
  readonly whole: readonly Spent[];
  /** Share of a whole run that passes outside of its programs, of each. */
  readonly hostShares: readonly number[];
}

const REPEATS = 5;

/**
 * Draws images by the default sampler, some times over.
 *
 * @param run  a trained ddpm: a directory, or `zoo:NAME`
 */
export async function timeDenoising(
  run: string,
  { images, steps, threads }: { images: number; steps: number; threads: number },
): Promise<DenoisingTimes> {
  const { model, close } = await openRun(run, { host: "inline", device: "cpu", threads });
  let insideMs = 0;
  const timed: LoadedModel = {
    ...model,
    state: model.state,
    values: () => model.values(),
    async program(name, build) {
      const program = await model.program(name, build);
      return { ...program, run: (request) => within(() => program.run(request)) } as ModelProgram;
    },
  };
  const within = async <R>(work: () => Promise<R>): Promise<R> => {
    const begin = performance.now();
    const result = await work();
    insideMs += performance.now() - begin;
    return result;
  };
  const draw = (count: number) => sample(timed, { count, seed: 1, options: { steps } });
  // Compiles before timing.
  await draw(1);
  const whole: Spent[] = [];
  const hostShares: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    insideMs = 0;
    const spent = await spend(() => draw(images));
    whole.push(spent);
    hostShares.push(1 - insideMs / spent.ms);
  }
  await close();
  return { run, images, steps, whole, hostShares };
}

export function describeDenoising({
  run,
  images,
  steps,
  whole,
  hostShares,
}: DenoisingTimes): string {
  const seconds = median(whole) / 1000;
  const shares = [...hostShares].sort((a, b) => a - b);
  const share = shares[shares.length >> 1];
  return [
    `${images} images of ${run}, ${steps} steps, median of ${whole.length} runs`,
    `  ${seconds.toFixed(2)} s, ${(images / seconds).toFixed(1)} images/s; host ${(100 * share).toFixed(1)} % of the time`,
  ].join("\n");
}
