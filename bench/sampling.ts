/** Sampling that remembers what the windows have seen, against a whole pass for each pixel. */
import { hostOf } from "../src/core/capabilities/batches.js";
import type { DrivenSample } from "../src/core/driven.js";
import { openRun } from "../src/index.js";
import { drawByWholePasses, wholePass } from "../src/models/autoregressive/naive.testing.js";
import { wholeNetwork } from "../src/models/autoregressive/pixelcnn/cases.testing.js";
import type { PixelcnnConfig } from "../src/models/autoregressive/pixelcnn/config.js";
import { networkOf } from "../src/models/autoregressive/pixelcnn/setup.js";
import { median, type Spent, spend } from "./spent.js";

export interface SamplingTimes {
  readonly run: string;
  readonly images: number;
  /** One run of the loop over whole passes. */
  readonly naive: Spent;
  /** Each run of the sampler, before and after the loop. */
  readonly cached: readonly Spent[];
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
  const cached = [await spend(() => sampler.drive(host, request))];
  const naive = await spend(() => drawByWholePasses(host, network, request));
  for (let again = 0; again < 2; again++) {
    cached.push(await spend(() => sampler.drive(host, request)));
  }
  await close();
  const [{ result: drawn }] = cached;
  const differences = naive.result.filter((value, index) => value !== drawn[index]).length;
  return { run, images, naive, cached, differences, pixels: drawn.length };
}

export function describeSampling(times: SamplingTimes): string {
  const { run, images, naive, cached, differences, pixels } = times;
  const seconds = cached.map(({ ms }) => (ms / 1000).toFixed(2));
  const typical = median(cached);
  return [
    `${images} images of ${run}, one seed`,
    `  a whole pass for each pixel  ${(naive.ms / 1000).toFixed(1).padStart(8)} s`,
    `  the sampler                  ${(typical / 1000).toFixed(2).padStart(8)} s  (${seconds.join(", ")})`,
    `  ${(naive.ms / typical).toFixed(0)} times as fast; ${differences} of ${pixels} pixels differ`,
  ].join("\n");
}
