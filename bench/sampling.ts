/** Sampling that remembers what the windows have seen, against a whole pass for each pixel. */
import { hostOf } from "../src/core/capabilities/batches.js";
import type { DrivenSample } from "../src/core/driven.js";
import { openRun } from "../src/index.js";
import { drawByWholePasses, wholePass } from "../src/models/autoregressive/naive.testing.js";
import { wholeNetwork } from "../src/models/autoregressive/pixelcnn/cases.testing.js";
import type { PixelcnnConfig } from "../src/models/autoregressive/pixelcnn/config.js";
import { networkOf } from "../src/models/autoregressive/pixelcnn/setup.js";

export interface SamplingTimes {
  readonly run: string;
  readonly images: number;
  /** Seconds of one run of the loop over whole passes. */
  readonly naive: number;
  /** Seconds of each run of the sampler, before and after the loop. */
  readonly cached: readonly number[];
  /** Pixels in which the two differ. */
  readonly differences: number;
  readonly pixels: number;
}

/**
 * Draws the same images both ways, from one seed, on one device.
 *
 * @param run  a trained PixelCNN: a directory, or `zoo:NAME`
 */
export async function timeSampling(
  run: string,
  images: number,
  threads: number,
): Promise<SamplingTimes> {
  const { model, close } = await openRun(run, { host: "inline", device: "cpu", threads });
  const network = wholeNetwork(networkOf(model.config as PixelcnnConfig, model.data));
  const host = hostOf(model);
  const request = { size: images, first: 0, seed: 1, temperature: 1, draw: true };
  const sampler = model.model.capabilities.sample as DrivenSample;
  // Both are compiled before anything is timed.
  await sampler.drive(host, { ...request, size: 1 });
  await wholePass(host, network, false);
  const cached: number[] = [];
  const drawn = await timed(() => sampler.drive(host, request), cached);
  const naive: number[] = [];
  const expected = await timed(() => drawByWholePasses(host, network, request), naive);
  for (let again = 0; again < 2; again++) await timed(() => sampler.drive(host, request), cached);
  await close();
  const differences = expected.filter((value, index) => value !== drawn[index]).length;
  return { run, images, naive: naive[0], cached, differences, pixels: expected.length };
}

async function timed<T>(work: () => Promise<T>, seconds: number[]): Promise<T> {
  const start = performance.now();
  const result = await work();
  seconds.push((performance.now() - start) / 1000);
  return result;
}

export function describeSampling(times: SamplingTimes): string {
  const { run, images, naive, cached, differences, pixels } = times;
  const median = [...cached].sort((a, b) => a - b)[Math.floor(cached.length / 2)];
  return [
    `${images} images of ${run}, one seed`,
    `  a whole pass for each pixel  ${naive.toFixed(1).padStart(8)} s`,
    `  the sampler                  ${median.toFixed(2).padStart(8)} s  (${cached.map((value) => value.toFixed(2)).join(", ")})`,
    `  ${(naive / median).toFixed(0)} times as fast; ${differences} of ${pixels} pixels differ`,
  ].join("\n");
}
