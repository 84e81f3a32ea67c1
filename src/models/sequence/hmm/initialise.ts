import { DataError } from "../../../core/errors.js";
import type { FitContext } from "../../../core/fit.js";
import type { ImageSource } from "../../../core/images.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import type { StateValues } from "../../../runtime/program.js";
import { type Stream, stream } from "../../../runtime/random.js";
import { sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { input } from "../../../tensor/tensor.js";
import { maximiseChain, perturbChain, uniformChain } from "./chain.js";
import { emissionSums, transitionSums } from "./counts.js";
import { nearestCentres } from "./k-means.js";
import { observe } from "./sequence.js";
import type { Spec } from "./spec.js";

/** Number of features to initialise from: some hundred images. */
const FEATURES = 1_000_000;
const LEAST_IMAGES = 20;

/** Scale of the initial noise. With k-means it only separates clusters that coincide. */
const SPREAD = { random: 1, "k-means": 0.2 } as const;

/**
 * Share of each observation that is divided equally among all states, whatever its cluster. If a state
 * assigns almost no probability to observations outside its cluster, EM takes long to undo that.
 */
const SHARED = 0.5;

/**
 * Initial values from some of the images: each state starts from the overall distribution, or from that
 * of a cluster of observations, plus noise.
 *
 * @throws DataError when the model cannot emit a pixel's value, or all pixels are missing
 */
export async function initialise(
  spec: Spec,
  images: ImageSource,
  { seed, restart, signal }: FitContext,
): Promise<StateValues> {
  const { config, sequence, emission } = spec;
  const chance = (name: string) => stream(seed, `hmm.${name}`, restart);
  const room = Math.ceil(FEATURES / (sequence.length * emission.features));
  const count = Math.min(images.count, Math.max(room, LEAST_IMAGES));
  const pixelsUnit = await readSome(spec, images, count, chance("images"));
  const observations = await observed(spec, pixelsUnit, count);
  signal?.throwIfAborted();
  const maximised = (responsibilities: Float64Array, current: StateValues): StateValues =>
    fitTo(spec, { pixelsUnit, count, responsibilities }, current);
  const steps = count * sequence.length;
  const even = new Float64Array(steps * config.states).fill(1 / config.states);
  const start = new Map([...uniformChain(config.states), ...emission.start()]);
  const overall = maximised(even, start);
  const values =
    config.initialisation === "random"
      ? overall
      : maximised(clustered(spec, observations, steps, chance("clusters")), overall);
  const scale = SPREAD[config.initialisation];
  return new Map([
    ...perturbChain(values, scale, chance("transitions")),
    ...emission.perturb(values, scale, chance("emission")),
  ]);
}

async function readSome(
  { data }: Spec,
  images: ImageSource,
  count: number,
  chance: Stream,
): Promise<Float32Array> {
  const pixels = new Float32Array(count * data.channels * data.height * data.width);
  const chosen = chance.permutation(images.count).subarray(0, count).sort();
  await images.read(chosen, pixels);
  return pixels;
}

/**
 * Observations as the sequence reads them. A missing value is replaced by the mean at its place.
 *
 * @returns [count · T, D]
 */
async function observed(
  spec: Spec,
  pixelsUnit: Float32Array,
  count: number,
): Promise<Float64Array> {
  const { sequence, emission } = spec;
  const { images, feeds } = fed(spec, pixelsUnit, count);
  const seen = observe(sequence, images);
  const { possible } = emission;
  const { values, known, fine } = interpret(
    { ...seen, fine: possible?.(seen) ?? seen.known },
    feeds,
  );
  const sums = new Float64Array(2 * sequence.width);
  values.data.forEach((value, at) => {
    if (known.data[at] === 0) return;
    if (!Number.isFinite(value) || fine.data[at] === 0) {
      throw new DataError(`a pixel is ${value}, but hmm models the ${emission.describes}`);
    }
    sums[at % sequence.width] += value;
    sums[sequence.width + (at % sequence.width)]++;
  });
  if (!known.data.includes(1))
    throw new DataError("all pixels of the images used for initialisation are missing");
  return values.data.map((value, at) => {
    const place = at % sequence.width;
    return known.data[at] === 1 ? value : sums[place] / Math.max(sums[sequence.width + place], 1);
  });
}

/** Responsibilities [steps, K] that assign most of each observation to the nearest of K centres. */
function clustered(
  { config, sequence }: Spec,
  observations: Float64Array,
  steps: number,
  chance: Stream,
): Float64Array {
  const nearest = nearestCentres(observations, sequence.width, config.states, chance);
  const responsibilities = new Float64Array(steps * config.states).fill(SHARED / config.states);
  nearest.forEach((centre, step) => {
    responsibilities[step * config.states + centre] += 1 - SHARED;
  });
  return responsibilities;
}

interface Assigned {
  /** [count, C, H, W] */
  readonly pixelsUnit: Float32Array;
  readonly count: number;
  /** [count, T, K] */
  readonly responsibilities: Float64Array;
}

/** The maximisation step for given responsibilities. */
function fitTo(
  spec: Spec,
  { pixelsUnit, count, responsibilities }: Assigned,
  current: StateValues,
): StateValues {
  const { config, sequence, emission } = spec;
  const { images, feeds } = fed(spec, pixelsUnit, count);
  const states = input("states", [count, sequence.length, config.states]);
  const sums = interpret(
    {
      initial: sum(sliceAxis(states, 1, { end: 1 }), [0, 1]),
      transitions: transitionSums(states, states),
      emission: emissionSums(states, emission.featuresOf(observe(sequence, images))),
    },
    { ...feeds, states: responsibilities },
  );
  const { initial, transitions } = sums;
  // Count every transition at least once: clusters do not tell which transitions are impossible.
  const smoothing = Math.max(config.smoothing, 1);
  return new Map([
    ...maximiseChain(initial.data, transitions.data, current, smoothing),
    ...emission.maximise(sums.emission.data, current),
  ]);
}

function fed({ data }: Spec, pixelsUnit: Float32Array, count: number) {
  const { channels, height, width } = data;
  return {
    images: input("pixelsUnit", [count, channels, height, width]),
    feeds: { pixelsUnit },
  };
}
