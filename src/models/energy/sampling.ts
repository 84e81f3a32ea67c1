import type { ChainRequest, CompleteRequest, Host, SampleRequest } from "../../core/driven.js";
import { clip } from "../../tensor/ops/elementwise.js";
import { sliceAxis } from "../../tensor/ops/rearrange.js";
import { input } from "../../tensor/tensor.js";
import { classesOf } from "./class-of.js";
import type { GibbsMachine } from "./gibbs-machine.js";

const STEPS_A_RUN = 10;

/** Draws new images by chains that start at the base, are annealed to the machine and then run on. */
export function sampleMachine(
  host: Host,
  machine: GibbsMachine,
  request: SampleRequest,
): Promise<Float32Array> {
  return lastOf(frames(host, machine, { ...request, betas: annealed(machine) }));
}

/** Samples the missing pixels of images while the given ones are clamped. */
export async function completeImages(
  host: Host,
  machine: GibbsMachine,
  request: CompleteRequest,
): Promise<Float32Array> {
  const { pixels } = machine;
  const plane = request.known.length;
  const known = Float32Array.from(
    { length: request.size * pixels },
    (_, index) => request.known[(index % pixels) % plane],
  );
  const given = request.pixelsUnit.map((value, index) => (known[index] > 0 ? value : 0));
  const clamp = { given, known };
  const betas = annealed(machine);
  const chains = frames(host, machine, { ...request, start: given, betas, clamp });
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
  machine: GibbsMachine,
  request: ChainRequest,
): Promise<Float32Array> {
  const { size, frames: count, every } = request;
  const { pixels } = machine;
  const betas = new Float32Array(count * every).fill(1);
  if (request.start === undefined) betas[0] = 0;
  const strips = new Float32Array(size * count * pixels);
  let frame = 0;
  for await (const images of frames(host, machine, { ...request, betas, every })) {
    for (let chain = 0; chain < size; chain++) {
      const state = images.subarray(chain * pixels, (chain + 1) * pixels);
      strips.set(state, (chain * count + frame) * pixels);
    }
    frame++;
  }
  return strips;
}

/** β of each step: rises to 1 over the first half, then stays at 1. The first step draws from the base. */
function annealed({ sampleSteps }: GibbsMachine): Float32Array {
  const rise = Math.ceil(sampleSteps / 2);
  return Float32Array.from({ length: sampleSteps }, (_, step) =>
    sampleSteps === 1 ? 1 : Math.min(1, step / rise),
  );
}

interface Chains extends SampleRequest {
  /** [size, V] the first images; black ones where absent. */
  readonly start?: Float32Array | undefined;
  /** β of each step. */
  readonly betas: Float32Array;
  /** Steps between yielded states; by default only the last state is yielded. */
  readonly every?: number;
  readonly clamp?: { readonly given: Float32Array; readonly known: Float32Array };
}

/** The images after every `every` steps. */
async function* frames(
  host: Host,
  machine: GibbsMachine,
  chains: Chains,
): AsyncGenerator<Float32Array> {
  const { size, first, seed, temperature, draw, annotations } = chains;
  const { start, betas, every = betas.length, clamp } = chains;
  let state: Float32Array = startOf(machine, size, start);
  const most = Math.min(STEPS_A_RUN, machine.mostSteps);
  for (let step = 0; step < betas.length; ) {
    host.signal?.throwIfAborted();
    const steps = Math.min(most, every - (step % every));
    const program = await gibbsProgram(host, machine, steps, clamp !== undefined);
    const outputs = await program.run({
      state: host.state,
      feeds: {
        state,
        ...clamp,
        ...annotations,
        betas: Float32Array.of(1, ...betas.subarray(step, step + steps)),
        temperature: Float32Array.of(temperature),
      },
      dims: { B: size },
      noise: { seed, step, first },
    });
    state = outputs.state as Float32Array;
    step += steps;
    host.onProgress?.(step / betas.length);
    if (step % every === 0) yield outputs[draw ? "drawn" : "mean"] as Float32Array;
  }
}

/** [size, units] States with these images; units that are no pixels are 0. */
function startOf({ pixels, units }: GibbsMachine, size: number, images?: Float32Array) {
  const states = new Float32Array(size * units);
  for (let chain = 0; images !== undefined && chain < size; chain++) {
    states.set(images.subarray(chain * pixels, (chain + 1) * pixels), chain * units);
  }
  return states;
}

function gibbsProgram(host: Host, machine: GibbsMachine, steps: number, clamped: boolean) {
  const { id, pixels, units } = machine;
  const images = ["B", pixels];
  return host.program(`${id}.gibbs.${clamped ? "clamped" : "free"}.${steps}`, (scope) => {
    const betas = input("betas", [steps + 1]);
    const { state, mean } = machine.walk(scope, input("state", ["B", units]), betas, {
      temperature: input("temperature", []),
      classes: machine.classes > 0 ? classesOf(machine) : undefined,
      ...(clamped && { clamp: { given: input("given", images), known: input("known", images) } }),
    });
    const drawn = sliceAxis(state, 1, { start: 0, end: pixels });
    return { state, drawn: clip(drawn, 0, 1), mean: clip(mean, 0, 1) };
  });
}

async function lastOf(images: AsyncIterable<Float32Array>): Promise<Float32Array> {
  let last: Float32Array = new Float32Array();
  for await (const state of images) last = state;
  return last;
}
