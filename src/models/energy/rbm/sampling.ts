import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { ChainRequest, CompleteRequest, Host, SampleRequest } from "../../../core/driven.js";

import { clip } from "../../../tensor/ops/elementwise.js";
import { input } from "../../../tensor/tensor.js";
import type { RbmConfig } from "./config.js";
import { walk } from "./gibbs.js";
import { machineOf } from "./machine.js";

const STEPS_A_RUN = 10;

/** Draws new images by chains that start at the base, are annealed to the machine and then run on. */
export function sampleMachine(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  request: SampleRequest,
): Promise<Float32Array> {
  const start = new Float32Array(request.size * pixelsPerImage(image));
  return lastOf(frames(host, config, image, { ...request, start, betas: annealed(config) }));
}

/** Samples the missing pixels of images while the given ones are clamped. */
export async function completeImages(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  request: CompleteRequest,
): Promise<Float32Array> {
  const pixels = pixelsPerImage(image);
  const plane = image.height * image.width;
  const known = Float32Array.from(
    { length: request.size * pixels },
    (_, index) => request.known[(index % pixels) % plane],
  );
  const given = request.pixelsUnit.map((value, index) => (known[index] > 0 ? value : 0));
  const clamp = { given, known };
  const betas = annealed(config);
  const chains = frames(host, config, image, { ...request, start: given, betas, clamp });
  const completed = await lastOf(chains);
  return completed.map((value, index) => (known[index] > 0 ? given[index] : value));
}

/**
 * Runs Gibbs chains and records their states at regular intervals.
 *
 * @returns  [size, frames, C, H, W] in [0, 1]: a strip per chain
 */
export async function chainFrames(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  request: ChainRequest,
): Promise<Float32Array> {
  const { size, frames: count, every } = request;
  const pixels = pixelsPerImage(image);
  const betas = new Float32Array(count * every).fill(1);
  if (request.start === undefined) betas[0] = 0;
  const start = request.start ?? new Float32Array(size * pixels);
  const strips = new Float32Array(size * count * pixels);
  let frame = 0;
  for await (const images of frames(host, config, image, { ...request, start, betas, every })) {
    for (let chain = 0; chain < size; chain++) {
      const state = images.subarray(chain * pixels, (chain + 1) * pixels);
      strips.set(state, (chain * count + frame) * pixels);
    }
    frame++;
  }
  return strips;
}

/** β of each step: rises to 1 over the first half, then stays at 1. The first step draws from the base. */
function annealed({ sampleSteps }: RbmConfig): Float32Array {
  const rise = Math.ceil(sampleSteps / 2);
  return Float32Array.from({ length: sampleSteps }, (_, step) =>
    sampleSteps === 1 ? 1 : Math.min(1, step / rise),
  );
}

interface Chains extends SampleRequest {
  /** [size, V] */
  readonly start: Float32Array;
  /** β of each step. */
  readonly betas: Float32Array;
  /** Steps between yielded states; by default only the last state is yielded. */
  readonly every?: number;
  readonly clamp?: { readonly given: Float32Array; readonly known: Float32Array };
}

/** The images after every `every` steps. */
async function* frames(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  { size, first, seed, temperature, draw, start, betas, every = betas.length, clamp }: Chains,
): AsyncGenerator<Float32Array> {
  let v = start;
  for (let step = 0; step < betas.length; ) {
    host.signal?.throwIfAborted();
    const steps = Math.min(STEPS_A_RUN, every - (step % every));
    const program = await gibbsProgram(host, config, image, steps, clamp !== undefined);
    const outputs = await program.run({
      state: host.state,
      feeds: {
        v,
        ...clamp,
        betas: Float32Array.of(1, ...betas.subarray(step, step + steps)),
        temperature: Float32Array.of(temperature),
      },
      dims: { B: size },
      noise: { seed, step, first },
    });
    v = outputs.v as Float32Array;
    step += steps;
    host.onProgress?.(step / betas.length);
    if (step % every === 0) yield outputs[draw ? "drawn" : "mean"] as Float32Array;
  }
}

function gibbsProgram(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  steps: number,
  clamped: boolean,
) {
  const images = ["B", pixelsPerImage(image)];
  return host.program(`rbm.gibbs.${clamped ? "clamped" : "free"}.${steps}`, (scope) => {
    const machine = machineOf(scope, config, image);
    const { v, mean } = walk(scope, machine, input("v", images), input("betas", [steps + 1]), {
      temperature: input("temperature", []),
      ...(clamped && { clamp: { given: input("given", images), known: input("known", images) } }),
    });
    return { v, drawn: clip(v, 0, 1), mean: clip(mean, 0, 1) };
  });
}

async function lastOf(images: AsyncIterable<Float32Array>): Promise<Float32Array> {
  let last: Float32Array = new Float32Array();
  for await (const state of images) last = state;
  return last;
}
