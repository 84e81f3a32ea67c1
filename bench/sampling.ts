/** Times cached sampling against a whole pass per pixel or symbol. */
import { hostOf } from "../src/core/capabilities/batches.js";
import type { DrivenSample, Host, SampleRequest } from "../src/core/driven.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import { openRun } from "../src/index.js";
import { diagonalRecurrence } from "../src/models/autoregressive/diagonal-bilstm/recurrence.js";
import type { ImageGptConfig } from "../src/models/autoregressive/image-gpt/config.js";
import { networkOf as networkOfGpt } from "../src/models/autoregressive/image-gpt/network.js";
import { wholeImageGpt } from "../src/models/autoregressive/image-gpt/whole-sequence.testing.js";
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
import type { DalleConfig } from "../src/models/multimodal/dalle/config.js";
import { type Setup, setupOf } from "../src/models/multimodal/dalle/setup.js";
import { wholeDalle } from "../src/models/multimodal/dalle/whole-sequence.testing.js";
import {
  drawByWholeSequences,
  type WholeSequence,
  wholeSequencePass,
} from "../src/models/symbols/naive.testing.js";
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

/** The loop that needs no cache. */
interface Naive {
  compile(host: Host): Promise<unknown>;
  draw(host: Host, request: SampleRequest): Promise<Float32Array>;
}

type RowConfig = PixelRnnConfig & Pick<RowNetwork, "kernel">;

const ALL = { topK: Number.POSITIVE_INFINITY, topP: 1 };

const recurrences = { "row-lstm": rowRecurrence, "diagonal-bilstm": diagonalRecurrence };

/** @throws Error when the model's sampler has no cache */
function naiveOf(model: LoadedModel, images: number): Naive {
  const { definition, config, data, parts } = model;
  switch (definition.id) {
    case "image-gpt":
      return bySymbols(wholeImageGpt(networkOfGpt(config as ImageGptConfig, data, parts), {}, {}));
    case "dalle": {
      const setup = setupOf(config as DalleConfig, data, parts);
      return bySymbols(wholeDalle(setup, wordless(setup, images)));
    }
    case "pixelcnn":
      return byPixels(wholeNetwork(networkOf(config as PixelcnnConfig, data)));
    default:
      return byPixels(wholeRecurrence(model));
  }
}

const byPixels = (network: WholeNetwork): Naive => ({
  compile: (host) => wholePass(host, network),
  draw: (host, request) => drawByWholePasses(host, network, request),
});

const bySymbols = (network: WholeSequence): Naive => ({
  compile: (host) => wholeSequencePass(host, network),
  draw: (host, request) => drawByWholeSequences(host, network, request, ALL),
});

/** Without words: they cost the same whatever they are. */
const wordless = ({ textLength }: Setup, images: number) => ({
  caption: new Int32Array(images * textLength),
  isHidden: new Float32Array(images),
});

function wholeRecurrence({ definition: { id }, config, data }: LoadedModel): WholeNetwork {
  if (!(id in recurrences)) {
    throw new Error(
      `--sampling takes pixelcnn, row-lstm, diagonal-bilstm, image-gpt and dalle, not ${id}`,
    );
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
 * @param run  a trained model that draws with a cache: a directory, or `zoo:NAME`
 */
export async function timeSampling(
  run: string,
  images: number,
  threads: number,
): Promise<SamplingTimes> {
  const { model, close } = await openRun(run, { host: "inline", device: "cpu", threads });
  const loop = naiveOf(model, images);
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
  // Compile both before timing; the sampler's programs are those of a size.
  await sampler.drive(host, request);
  await loop.compile(host);
  const cached = [await spend(() => sampler.drive(host, request))];
  const naive = await spend(() => loop.draw(host, request));
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
    `${images} images of ${run}, one seed, ${(images / (typical / 1000)).toFixed(1)} images/s`,
    `  a whole pass for each symbol ${(naive.ms / 1000).toFixed(1).padStart(8)} s`,
    `  the sampler                  ${(typical / 1000).toFixed(2).padStart(8)} s  (${seconds.join(", ")})`,
    `  ${(naive.ms / typical).toFixed(0)} times as fast; ${differences} of ${pixels} pixels differ`,
  ].join("\n");
}
