/** Times cached sampling against a whole pass per pixel. */
import { hostOf } from "../src/core/capabilities/batches.js";
import type { DrivenSample } from "../src/core/driven.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import { openRun } from "../src/index.js";
import { diagonalRecurrence } from "../src/models/autoregressive/diagonal-bilstm/recurrence.js";
import {
  drawByWholePasses,
  type WholeNetwork,
  wholePass,
} from "../src/models/autoregressive/naive.testing.js";
import type { PixelRnnConfig } from "../src/models/autoregressive/pixel-rnn/config.js";
import { networkFor } from "../src/models/autoregressive/pixel-rnn/model.js";
import { pixelParameters } from "../src/models/autoregressive/pixel-rnn/network.js";
import type { Recurrence } from "../src/models/autoregressive/pixel-rnn/programs.js";
import { wholeNetwork } from "../src/models/autoregressive/pixelcnn/cases.testing.js";
import type { PixelcnnConfig } from "../src/models/autoregressive/pixelcnn/config.js";
import { networkOf } from "../src/models/autoregressive/pixelcnn/setup.js";
import { type RowNetwork, rowRecurrence } from "../src/models/autoregressive/row-lstm/layer.js";
import { median, type Spent, spend } from "./spent.js";

export interface SamplingTimes {
  readonly run: string;
  readonly images: number;
  /** A run of the loop over whole passes. */
  readonly naive: Spent;
  /** Runs of the cached sampler, before and after the loop. */
  readonly cached: readonly Spent[];
  /** Number of pixels in which the two differ. */
  readonly differences: number;
  readonly pixels: number;
}

type RowConfig = PixelRnnConfig & Pick<RowNetwork, "kernel">;

const recurrences = { "row-lstm": rowRecurrence, "diagonal-bilstm": diagonalRecurrence };

/** @throws Error when the model's sampler has no cache */
function wholeNetworkOf({ definition: { id }, config, data }: LoadedModel): WholeNetwork {
  if (id === "pixelcnn") return wholeNetwork(networkOf(config as PixelcnnConfig, data));
  if (!(id in recurrences)) {
    throw new Error(`--sampling takes pixelcnn, row-lstm and diagonal-bilstm, not ${id}`);
  }
  const { overImages } = recurrences[id as keyof typeof recurrences] as Recurrence<RowNetwork>;
  const network = {
    ...networkFor(id, config as RowConfig, data),
    kernel: (config as RowConfig).kernel,
  };
  return {
    head: network.head,
    image: data,
    parametersOf: (scope, embedded, annotations) =>
      pixelParameters(scope, network, overImages, embedded, annotations),
  };
}

/**
 * Draws the same images both ways, from the same seed on the same device.
 *
 * @param run  a trained PixelCNN or PixelRNN: a directory, or `zoo:NAME`
 */
export async function timeSampling(
  run: string,
  images: number,
  threads: number,
): Promise<SamplingTimes> {
  const { model, close } = await openRun(run, { host: "inline", device: "cpu", threads });
  const network = wholeNetworkOf(model);
  const host = hostOf(model);
  const request = {
    size: images,
    first: 0,
    seed: 1,
    temperature: 1,
    draw: true,
    annotations: {},
    options: {},
  };
  const sampler = model.model.capabilities.sample as DrivenSample;
  // Compile both before timing.
  await sampler.drive(host, { ...request, size: 1 });
  await wholePass(host, network);
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
