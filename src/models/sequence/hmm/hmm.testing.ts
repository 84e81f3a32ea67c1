import { expect } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import type { Fit } from "../../../core/fit.js";
import { type LoadedModel, loadModel } from "../../../core/loaded-model.js";
import { fitInputs } from "../../../core/state.js";
import { dataSpecOf, dataTraits } from "../../../data/data-spec.js";
import { arraySet, type ImageSet } from "../../../data/image-set.js";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import type { Device, StateValues } from "../../../runtime/program.js";
import { stream } from "../../../runtime/random.js";
import { hmm } from "./index.js";

export type Config = Readonly<Record<string, unknown>>;
export type Values = Map<string, Float32Array | Float64Array>;

const CHAIN = ["parameters.chain.initial", "parameters.chain.transitions"] as const;

/** An image set from pixel values [N, C, H, W]. */
export function imagesOf(
  pixels: ArrayLike<number>,
  shape: Pick<DataTraits, "channels" | "height" | "width">,
  levels?: number,
): ImageSet {
  const info = { name: "made", source: "made", split: "train", ...shape };
  if (levels === undefined) return arraySet(info, Float32Array.from(pixels));
  const bytes = Uint8Array.from(pixels, (value) => Math.round(value * (levels - 1)));
  return arraySet({ ...info, levels }, bytes);
}

export const traitsOf = (images: ImageSet) => dataTraits(dataSpecOf(images));

/** Random parameters, with the names and shapes that the model declares. */
export function randomValues(config: Config, data: DataTraits, seed: number, scale = 1): Values {
  const model = hmm.build(hmm.config.parse(config), data);
  const variables = new Variables();
  trace(variables, false, (scope) => model.fit?.stages[0].statistics(scope, fitInputs(data)));
  return new Map(
    variables.list().map(({ path, shape, dtype }): [string, Float32Array | Float64Array] => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      const numbers = new Float64Array(size);
      stream(seed, path).normal(numbers);
      if (path.endsWith("logVar")) for (let i = 0; i < size; i++) numbers[i] -= 2;
      else if (path.endsWith("axes")) numbers.set(rotations(numbers, shape[0], shape[1]));
      else for (let i = 0; i < size; i++) numbers[i] *= scale;
      return [`parameters.${path}`, dtype === "float64" ? numbers : Float32Array.from(numbers)];
    }),
  );
}

/** Orthonormal columns for each state, by Gram–Schmidt. */
function rotations(numbers: Float64Array, states: number, width: number): Float64Array {
  const out = numbers.slice();
  for (let state = 0; state < states; state++) {
    const at = (row: number, column: number) => (state * width + row) * width + column;
    for (let column = 0; column < width; column++) {
      for (let before = 0; before < column; before++) {
        let dot = 0;
        for (let row = 0; row < width; row++) dot += out[at(row, column)] * out[at(row, before)];
        for (let row = 0; row < width; row++) out[at(row, column)] -= dot * out[at(row, before)];
      }
      let norm = 0;
      for (let row = 0; row < width; row++) norm += out[at(row, column)] ** 2;
      for (let row = 0; row < width; row++) out[at(row, column)] /= Math.sqrt(norm);
    }
  }
  return out;
}

/** A model with these parameters. */
export function loadHmm(
  device: Device,
  config: Config,
  data: DataTraits,
  values: StateValues,
): Promise<LoadedModel> {
  return loadModel(hmm, hmm.config.parse(config), data, device, values);
}

/** Pixels of one image, [C, H, W], as observations, independently of the model's code. */
export function observationsOf(
  config: Config,
  data: DataTraits,
  image: ArrayLike<number>,
): number[][] {
  const { channels, height, width } = data;
  const steps: number[][] = [];
  const push = (step: number, value: number) => {
    steps[step] ??= [];
    steps[step].push(value);
  };
  const pixel = (c: number, h: number, w: number) => image[(c * height + h) * width + w];
  for (let c = 0; c < channels; c++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++) {
        const step = { rows: h, columns: w, pixels: h * width + w }[
          (config.sequence ?? "rows") as "rows" | "columns" | "pixels"
        ];
        push(step, pixel(c, h, w));
      }
  return steps;
}

const softmax = (logits: number[]) => {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, x) => sum + Math.exp(x - most), 0);
  return logits.map((x) => Math.exp(x - most) / total);
};

const rowOf = (values: Values, name: string, row: number, length: number) =>
  Array.from(values.get(`parameters.${name}`) as Float64Array).slice(
    row * length,
    (row + 1) * length,
  );

/** p(x | state), ignoring NaN values. */
function emissionProbability(values: Values, levels: number, state: number, x: number[]): number {
  const width = x.length;
  if (values.has("parameters.emission.axes")) {
    if (x.every(Number.isNaN)) return 1;
    const mean = rowOf(values, "emission.mean", state, width);
    const logVar = rowOf(values, "emission.logVar", state, width);
    const axes = rowOf(values, "emission.axes", state, width * width);
    let logP = 0;
    for (let axis = 0; axis < width; axis++) {
      let along = 0;
      for (let d = 0; d < width; d++) along += axes[d * width + axis] * (x[d] - mean[d]);
      logP -= 0.5 * (along ** 2 / Math.exp(logVar[axis]) + logVar[axis] + Math.log(2 * Math.PI));
    }
    return Math.exp(logP);
  }
  if (values.has("parameters.emission.mean")) {
    const mean = rowOf(values, "emission.mean", state, width);
    const logVar = rowOf(values, "emission.logVar", state, width);
    return x.reduce(
      (product, value, d) =>
        Number.isNaN(value)
          ? product
          : (product * Math.exp(-((value - mean[d]) ** 2) / (2 * Math.exp(logVar[d])))) /
            Math.sqrt(2 * Math.PI * Math.exp(logVar[d])),
      1,
    );
  }
  const logits = values.get("parameters.emission.logits") as Float32Array;
  const perValue = logits.length / (values.get(CHAIN[0]) as Float32Array).length / width;
  return x.reduce((product, value, d) => {
    if (Number.isNaN(value)) return product;
    if (perValue === 1) {
      const p = 1 / (1 + Math.exp(-logits[state * width + d]));
      return product * (value === 1 ? p : 1 - p);
    }
    const row = softmax(rowOf(values, "emission.logits", state * width + d, levels));
    return product * row[Math.round(value * (levels - 1))];
  }, 1);
}

export interface Enumerated {
  readonly probability: number;
  /** [T][K] */
  readonly posteriors: number[][];
  readonly best: number[];
  /** [K][K] expected number of transitions */
  readonly moves: number[][];
}

export function enumerate(values: Values, levels: number, observations: number[][]): Enumerated {
  const states = (values.get(CHAIN[0]) as Float32Array).length;
  const initial = softmax(rowOf(values, "chain.initial", 0, states));
  const moves = Array.from({ length: states }, (_, state) =>
    softmax(rowOf(values, "chain.transitions", state, states)),
  );
  const emitted = observations.map((x) =>
    Array.from({ length: states }, (_, state) => emissionProbability(values, levels, state, x)),
  );
  const length = observations.length;
  const sums = observations.map(() => new Array<number>(states).fill(0));
  const moved = moves.map((row) => row.map(() => 0));
  let [total, most, best] = [0, -1, [] as number[]];
  for (let index = 0; index < states ** length; index++) {
    const path = Array.from({ length }, (_, t) => Math.floor(index / states ** t) % states);
    let p = initial[path[0]];
    path.forEach((state, t) => {
      if (t > 0) p *= moves[path[t - 1]][state];
      p *= emitted[t][state];
    });
    total += p;
    path.forEach((state, t) => {
      sums[t][state] += p;
      if (t > 0) moved[path[t - 1]][state] += p;
    });
    if (p > most) [most, best] = [p, path];
  }
  return {
    probability: total,
    posteriors: sums.map((row) => row.map((p) => p / total)),
    best,
    moves: moved.map((row) => row.map((p) => p / total)),
  };
}

/** All kinds of emissions and sequences, for 3×3 images. */
export const SHAPES: readonly { config: Config; channels: number; levels?: number }[] = [
  { config: { states: 3, emission: "bernoulli" }, channels: 1, levels: 2 },
  { config: { states: 3, emission: "bernoulli", sequence: "columns" }, channels: 2, levels: 2 },
  { config: { states: 2, emission: "bernoulli", sequence: "pixels" }, channels: 2, levels: 2 },
  { config: { states: 2, emission: "discrete", sequence: "pixels" }, channels: 1, levels: 4 },
  { config: { states: 3, emission: "discrete" }, channels: 2, levels: 3 },
  { config: { states: 3, emission: "gaussian" }, channels: 1 },
  { config: { states: 2, emission: "gaussian", sequence: "pixels" }, channels: 3 },
  { config: { states: 3, emission: "gaussian", covariance: "full" }, channels: 1 },
  {
    config: { states: 3, emission: "gaussian", covariance: "full", sequence: "columns" },
    channels: 2,
  },
];

export function randomImages(count: number, channels: number, levels?: number): ImageSet {
  const shape = { channels, height: 3, width: 3 };
  const pixels = new Float64Array(count * channels * 9);
  stream(9, "pixels").uniform(pixels);
  const grid = (value: number) =>
    levels === undefined ? value : Math.floor(value * levels) / (levels - 1);
  return imagesOf(pixels.map(grid), shape, levels);
}

/** The same images with some pixels missing. */
export function withMissing(images: ImageSet, missing: (image: number, pixel: number) => boolean) {
  const size = images.channels * images.height * images.width;
  return {
    ...images,
    async read(indices: ArrayLike<number>, out: Float32Array) {
      await images.read(indices, out);
      out.forEach((_, at) => {
        if (missing(indices[Math.floor(at / size)], at % size)) out[at] = Number.NaN;
      });
    },
  };
}

/** [K, D] mean of each value in each state. */
export function meansOf(values: Values, states: number, levels = 0): number[] {
  const means = values.get("parameters.emission.mean");
  if (means !== undefined) return Array.from(means);
  const logits = values.get("parameters.emission.logits") as Float32Array;
  if (levels === 2) return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  return Array.from({ length: logits.length / levels }, (_, row) =>
    softmax(rowOf(values, "emission.logits", row, levels)).reduce(
      (sum, p, level) => sum + (p * level) / (levels - 1),
      0,
    ),
  ).slice(0, states * (logits.length / levels / states));
}

export function expectClose(
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  digits: number,
) {
  expect(found?.length).toBe(expected.length);
  for (const [at, value] of Array.from(expected).entries()) {
    expect(found?.[at]).toBeCloseTo(value, digits);
  }
}

/** The sums of a pass over images, in float64, and the parameters that maximise them. */
export function passOf(config: Config, data: DataTraits) {
  const { fit } = hmm.build(hmm.config.parse(config), data);
  const [stage] = (fit as Fit).stages;
  const { result } = trace(new Variables(), false, (scope) =>
    stage.statistics(scope, fitInputs(data)),
  );
  return (
    values: StateValues,
    pixelsUnit: Float32Array,
    weights: Float32Array,
    classes?: Int32Array,
  ) => {
    const state = Object.fromEntries(values) as Record<string, Float32Array>;
    const feeds = { ...state, pixelsUnit, weights, ...(classes && { class: classes }) };
    const found = interpret(result, feeds, { B: weights.length });
    const sums = new Map(Object.entries(found).map(([name, { data: sum }]) => [name, sum]));
    return { sums, ...stage.maximise(sums, values) };
  };
}
