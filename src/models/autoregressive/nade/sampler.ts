import { annotationInputs, numberedClasses } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../../core/driven.js";
import { activationNamed } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, clip, less, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { reshape, sliceAxis, stack } from "../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import type { NadeConfig } from "./config.js";
import type { NadeHead } from "./head.js";
import { nadeParameters } from "./network.js";
import type { ImageVariables } from "./variables.js";

/** Variables drawn per run of the program. Noise is laid out in chunks, so changing it changes images. */
const CHUNK = 16;

/** The model to draw images from. */
export interface Sampler {
  readonly config: NadeConfig;
  readonly image: ImageShape;
  readonly head: NadeHead;
  readonly variables: ImageVariables;
  /** Number of classes that the model reads; 0 for none. */
  readonly classes: number;
}

/**
 * Draws images variable by variable in the order of the chain rule.
 *
 * The activation W_{·,<i} x_{<i} is carried along; each variable adds a column times its value, so an
 * image costs as much as its score. Later variables are conditioned on given values as they are, and
 * otherwise on the drawn ones.
 *
 * @param request  with or without given pixels
 * @returns        [size, C, H, W] in [0, 1]: draws, or with `draw: false` the mean of each variable
 *                 given the draws before it
 * @source Uria et al. 2016, arXiv:1605.02226, section 2
 */
export async function sampleOrComplete(
  sampler: Sampler,
  host: Host,
  request: SampleRequest & Partial<Pick<CompleteRequest, "pixelsUnit" | "known">>,
): Promise<Float32Array> {
  const { size, first, seed, draw, known } = request;
  const { count, ordering } = sampler.variables;
  const result = request.pixelsUnit?.slice() ?? new Float32Array(size * count);
  const area = sampler.image.height * sampler.image.width;
  const isGiven = (variable: number) => known?.[variable % area] === 1;
  const temperature = Float32Array.of(request.temperature);
  let activation = new Float32Array(size * sampler.config.hidden);
  for (let start = 0; start < count; start += CHUNK) {
    host.signal?.throwIfAborted();
    const chunk = ordering.sequence.subarray(start, start + CHUNK);
    const program = await host.program(`draw.${chunk.length}`, (scope) =>
      drawChunk(scope, chunk.length, sampler),
    );
    const outputs = await program.run({
      state: host.state,
      feeds: {
        ...request.annotations,
        activation,
        temperature,
        given: columnsOf(result, chunk, size, count),
        isGiven: Float32Array.from(chunk, (variable) => Number(isGiven(variable))),
        places: Int32Array.from(chunk, (_, place) => start + place),
      },
      dims: { B: size },
      noise: { seed, step: start / CHUNK, first },
    });
    activation = outputs.activation as Float32Array<ArrayBuffer>;
    const made = (draw ? outputs.drawn : outputs.means) as Float32Array;
    chunk.forEach((variable, place) => {
      if (isGiven(variable)) return;
      const values = made.subarray(place * size, (place + 1) * size);
      values.forEach((value, item) => {
        result[item * count + variable] = value;
      });
    });
    host.onProgress?.(Math.min(1, (start + CHUNK) / count));
  }
  return result;
}

/** The variables of a chunk in each image: [size, chunk.length]. */
function columnsOf(
  pixelsUnit: Float32Array,
  chunk: Uint32Array,
  size: number,
  count: number,
): Float32Array {
  return Float32Array.from({ length: size * chunk.length }, (_, entry) => {
    const item = Math.floor(entry / chunk.length);
    return pixelsUnit[item * count + chunk[entry % chunk.length]];
  });
}

/**
 * Draws the variables at consecutive places. Reads the `activation` before them [B, H], their `places`
 * [n], the values `given` [B, n], which count where `isGiven` [n] is 1, and the `temperature`. Returns
 * `drawn` and `means`, [n, B] pixels in [0, 1], and the `activation` before the next place.
 */
function drawChunk(
  scope: Scope,
  length: number,
  { config, head, variables, classes }: Sampler,
): Readonly<Record<string, Tensor>> {
  const ofClass = { classes, annotations: annotationInputs(numberedClasses(classes), "B") };
  const parameters = nadeParameters(scope.child("nade"), variables.count, config, head, ofClass);
  const places = input("places", [length], "int32");
  const weights = gather(parameters.weights, places);
  const biases = gather(parameters.outputBias, places);
  const given = input("given", ["B", length]);
  const isGiven = input("isGiven", [length]);
  const temperature = input("temperature", []);
  const noise = new Map<string, Tensor>();
  const activate = activationNamed(config.activation);
  const drawn: Tensor[] = [];
  const means: Tensor[] = [];
  let activation = input("activation", ["B", config.hidden]);
  for (let place = 0; place < length; place++) {
    const column = { start: place, end: place + 1 };
    const ofPlace = (x: Tensor) => sliceAxis(x, -1, column);
    const own = reshape(sliceAxis(weights, 0, column), [1 + head.count, config.hidden]);
    const h = activate(add(activation, parameters.bias));
    const products = matmul(h, sliceAxis(own, 0, { start: 1 }), { transposeB: true });
    const distribution = head.distribution(
      add(products, sliceAxis(biases, 0, column)),
      temperature,
    );
    const draws = distribution.noise.map((spec) => {
      const all = noise.get(spec.name) ?? scope.noise(spec.name, ["B", length], spec.distribution);
      noise.set(spec.name, all);
      return reshape(ofPlace(all), ["B"]);
    });
    const value = clip(distribution.sample(...draws), 0, 1);
    drawn.push(variables.toPixels(value));
    means.push(variables.meanPixels(distribution.mean()));
    const known = variables.fromPixels(reshape(ofPlace(given), ["B"]));
    const x = where(less(0, ofPlace(isGiven)), known, value);
    activation = add(activation, matmul(reshape(x, ["B", 1]), sliceAxis(own, 0, { end: 1 })));
  }
  return { activation, drawn: stack(drawn), means: stack(means) };
}
