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
  const { config, emission, chain } = spec;
  const chance = (name: string) => stream(seed, `hmm.${name}`, restart);
  const groups: Group[] = [];
  for (let label = 0; label < Math.max(1, chain.classes); label++) {
    const own = label === 0 ? chance : (name: string) => chance(`${name}.${label}`);
    groups.push(await groupOf(spec, images, label, own));
    signal?.throwIfAborted();
  }
  const start = new Map([...uniformChain(chain), ...emission.start()]);
  const even = groups.map(({ steps }) =>
    new Float64Array(steps * config.states).fill(1 / config.states),
  );
  const overall = fitTo(spec, groups, even, start);
  const assigned = () => groups.map((group) => responsibilities(group, config.states));
  const values =
    config.initialisation === "random" ? overall : fitTo(spec, groups, assigned(), overall);
  const scale = SPREAD[config.initialisation];
  return new Map([
    ...values,
    ...perturbChain(values, chain, scale, chance("transitions")),
    ...emission.perturb(values, scale, chance("emission")),
  ]);
}

/** Images to initialise the states of one class from; of any where there are no classes. */
interface Group {
  /** [count, C, H, W] */
  readonly pixelsUnit: Float32Array;
  readonly count: number;
  /** count · T */
  readonly steps: number;
  /** [steps] the state, below K, to which most of each observation is assigned. */
  nearest(): ArrayLike<number>;
}

async function groupOf(
  spec: Spec,
  images: ImageSource,
  label: number,
  chance: (name: string) => Stream,
): Promise<Group> {
  const { sequence, emission, chain, config } = spec;
  const classes = images.annotations?.class?.values;
  const members = Array.from({ length: images.count }, (_, image) => image).filter(
    (image) => chain.classes === 0 || classes?.[image] === label,
  );
  if (members.length === 0) throw new DataError(`hmm: no image is of class ${label}`);
  const features = sequence.length * (emission.features * Math.max(1, chain.classes));
  const most = Math.max(Math.ceil(FEATURES / features), LEAST_IMAGES);
  const count = Math.min(members.length, most);
  const pixelsUnit = await readSome(spec, images, members, count, chance("images"));
  const steps = count * sequence.length;
  const observations = await observed(spec, pixelsUnit, count);
  const nearest = () =>
    chain.allowed === undefined
      ? nearestCentres(observations, sequence.width, config.states, chance("clusters"))
      : equalParts(steps, sequence.length, config.states);
  return { pixelsUnit, count, steps, nearest };
}

/** The states in turn, for equally long parts of each sequence of T steps: [steps] */
const equalParts = (steps: number, length: number, states: number): Uint32Array =>
  Uint32Array.from({ length: steps }, (_, step) => Math.floor(((step % length) * states) / length));

async function readSome(
  { data }: Spec,
  images: ImageSource,
  members: readonly number[],
  count: number,
  chance: Stream,
): Promise<Float32Array> {
  const pixels = new Float32Array(count * data.channels * data.height * data.width);
  const chosen = chance.permutation(members.length).subarray(0, count).sort();
  await images.read(
    Array.from(chosen, (at) => members[at]),
    pixels,
  );
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

/** Responsibilities [steps, K] that assign most of each observation to one of the states. */
function responsibilities({ steps, nearest }: Group, states: number): Float64Array {
  const shares = new Float64Array(steps * states).fill(SHARED / states);
  Array.from(nearest()).forEach((state, step) => {
    shares[step * states + state] += 1 - SHARED;
  });
  return shares;
}

/** The maximisation step for given responsibilities [count, T, K] of each group. */
function fitTo(
  spec: Spec,
  groups: readonly Group[],
  assigned: readonly Float64Array[],
  current: StateValues,
): StateValues {
  const { config, emission, chain } = spec;
  const sums = groups.map((group, at) => sumsOf(spec, group, assigned[at]));
  const joined = (name: "initial" | "transitions" | "emission") =>
    Float64Array.from(sums.flatMap((each) => Array.from(each[name].data)));
  // Count every transition at least once: clusters do not tell which transitions are impossible.
  const smoothing = Math.max(config.smoothing, 1);
  return new Map([
    ...maximiseChain(joined("initial"), joined("transitions"), current, chain, smoothing),
    ...emission.maximise(joined("emission"), current),
  ]);
}

function sumsOf(spec: Spec, { pixelsUnit, count }: Group, assigned: Float64Array) {
  const { config, sequence, emission } = spec;
  const { images, feeds } = fed(spec, pixelsUnit, count);
  const states = input("states", [count, sequence.length, config.states]);
  return interpret(
    {
      initial: sum(sliceAxis(states, 1, { end: 1 }), [0, 1]),
      transitions: transitionSums(states, states),
      emission: emissionSums(states, emission.featuresOf(observe(sequence, images))),
    },
    { ...feeds, states: assigned },
  );
}

function fed({ data }: Spec, pixelsUnit: Float32Array, count: number) {
  const { channels, height, width } = data;
  return {
    images: input("pixelsUnit", [count, channels, height, width]),
    feeds: { pixelsUnit },
  };
}
