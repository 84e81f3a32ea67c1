import type { Scope } from "../../nn/scope.js";
import { stream } from "../../runtime/random.js";
import type { Tensor } from "../../tensor/tensor.js";
import { input } from "../../tensor/tensor.js";
import { bestAssignment } from "../best-assignment.js";
import type { PatchPlaces } from "../capability.js";
import { DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import {
  batchSizeOf,
  joinBatches,
  overImages,
  requireCount,
  runInBatches,
  toImages,
  valuesOf,
  withBatchSize,
} from "./batches.js";
import { checkedTemperature } from "./sample.js";

/** Patches of images. */
export interface Patches {
  /** Number of images. */
  readonly count: number;
  /** [count, K, C, h, w] in [0, 1] */
  readonly values: Float32Array;
}

/** Patches whose places in their images are known. */
export interface CutPatches extends Patches {
  /** [count, K] */
  readonly places: Int32Array;
}

/** Where patches belong. */
export interface Location {
  /** [count, 1, H, W] in [0, 1], 1 where a patch is */
  readonly mask: Images;
  /** [count, K, P] log p(place | patches) in nats */
  readonly logProbs: Float32Array;
}

export interface AssembleOptions extends WorkOptions {
  /** The same seed gives the same places and images. 0 by default. */
  readonly seed?: number;
  /** Scales the spread of places and noise; 1 by default, 0 for the likeliest places. */
  readonly temperature?: number;
}

export interface Assembly extends Location {
  /** [count, K] */
  readonly places: Int32Array;
  readonly whole: Images;
}

/** Values of one patch, and of all patches of an image. */
export function patchSizes({ data, model, definition }: LoadedModel): {
  readonly patch: number;
  readonly image: number;
} {
  const { places } = requireCapability({ definition, model }, "assemble");
  const patch = data.channels * places.side[0] * places.side[1];
  return { patch, image: places.patches * patch };
}

/** Number of places P. */
const placeCount = ({ tops, lefts }: PatchPlaces): number => tops.length * lefts.length;

/**
 * Cuts the patches of images that the model chooses: key patches, or the pieces of a puzzle, in the order
 * of their cells.
 *
 * @throws UnavailableError when the model does not assemble
 * @throws DataError when an image lacks pixels
 */
export async function cutPatches(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<CutPatches> {
  const { cut } = requireCapability(model, "assemble");
  const over = (name: "patches" | "places") =>
    joinBatches(
      valuesOf(overImages(model, source, options, `cut.${name}`, (_, pixels) => cut(pixels)[name])),
    );
  return {
    count: source.count,
    values: await over("patches"),
    places: Int32Array.from(await over("places")),
  };
}

/** The patches of each image in an order drawn from a seed. */
export function shuffledPatches(model: LoadedModel, cut: CutPatches, seed = 0): CutPatches {
  const { patches: count } = requireCapability(model, "assemble").places;
  const { patch } = patchSizes(model);
  const draws = new Float64Array(cut.places.length);
  stream(seed, "shuffle").uniform(draws);
  const order = Array.from({ length: cut.count }, (_, image) => {
    const first = image * count;
    return Array.from({ length: count }, (_, at) => first + at).sort((a, b) => draws[a] - draws[b]);
  }).flat();
  const values = new Float32Array(cut.values.length);
  for (const [to, from] of order.entries()) {
    values.set(cut.values.subarray(from * patch, (from + 1) * patch), to * patch);
  }
  return { count: cut.count, values, places: Int32Array.from(order, (from) => cut.places[from]) };
}

/**
 * Finds where patches belong.
 *
 * @throws UnavailableError when the model does not assemble
 * @throws DataError when the patches are not of the model's number and size
 */
export async function locatePatches(
  model: LoadedModel,
  patches: Patches,
  options: WorkOptions = {},
): Promise<Location> {
  const { locate } = requireCapability(model, "assemble");
  const over = (name: "mask" | "logProbs") =>
    overPatches(
      model,
      patches,
      options,
      `locate.${name}`,
      (scope, given) => locate(scope, given)[name],
    );
  const { count } = patches;
  const { height, width } = model.data;
  return {
    mask: { count, channels: 1, height, width, pixelsUnit: await over("mask") },
    logProbs: await over("logProbs"),
  };
}

/**
 * A place for each patch: a draw of its distribution or, at temperature 0, the likeliest. In a puzzle each
 * place takes one piece, in the likeliest way altogether; draws perturb the logarithms by Gumbel noise, of
 * which the likeliest place of a single patch is a draw.
 *
 * @returns  [count, K]
 * @source Papandreou & Yuille 2011, doi:10.1109/ICCV.2011.6126242, for perturbed assignments
 */
export function choosePlaces(
  model: LoadedModel,
  { logProbs }: Pick<Location, "logProbs">,
  options: Pick<AssembleOptions, "seed" | "temperature"> = {},
): Int32Array {
  const { places } = requireCapability(model, "assemble");
  const temperature = checkedTemperature(options.temperature);
  const [count, all] = [places.patches, placeCount(places)];
  const noise = new Float64Array(logProbs.length);
  stream(options.seed ?? 0, "places").uniform(noise);
  const gains = noise.map(
    (uniform, at) => logProbs[at] - temperature * Math.log(-Math.log(Math.max(uniform, LEAST))),
  );
  const rows = Array.from({ length: logProbs.length / all }, (_, patch) =>
    Array.from(gains.subarray(patch * all, (patch + 1) * all)),
  );
  if (!places.puzzle) return Int32Array.from(rows, (row) => row.indexOf(Math.max(...row)));
  const images = Array.from({ length: rows.length / count }, (_, image) => image * count);
  return Int32Array.from(
    images.flatMap((first) => bestAssignment(rows.slice(first, first + count))),
  );
}

/** Replaces a uniform draw of 0, which has no logarithm. */
const LEAST = 2 ** -25;

/**
 * Draws whole images from patches at given places.
 *
 * @param places  [count, K]
 * @throws UnavailableError when the model does not assemble
 * @throws DataError when the patches or places are not of the model's number and size
 */
export async function drawWhole(
  model: LoadedModel,
  patches: Patches,
  places: Int32Array,
  { temperature, ...options }: AssembleOptions = {},
): Promise<Images> {
  const capability = requireCapability(model, "assemble");
  const { patches: count } = capability.places;
  const all = placeCount(capability.places);
  const wrong = places.find((place) => !(place >= 0 && place < all));
  if (places.length !== patches.count * count || wrong !== undefined) {
    throw new DataError(
      `${places.length} places for ${patches.count} × ${count} patches${wrong === undefined ? "" : `, among them ${wrong}`}; they are numbered 0 to ${all - 1}`,
    );
  }
  const spread = Float32Array.of(checkedTemperature(temperature));
  const pixelsUnit = await overPatches(
    model,
    patches,
    options,
    "assemble",
    (scope, given) =>
      capability.draw(
        scope,
        given,
        input("places", ["B", count], "int32"),
        input("temperature", []),
      ),
    (first, size) => ({
      places: places.slice(first * count, (first + size) * count),
      temperature: spread,
    }),
  );
  return toImages(model, pixelsUnit);
}

/** Finds where patches belong, chooses a place for each, and draws the whole. */
export async function assemble(
  model: LoadedModel,
  patches: Patches,
  options: AssembleOptions = {},
): Promise<Assembly> {
  const { onProgress: _, ...silent } = options;
  const location = await locatePatches(model, patches, silent);
  const places = choosePlaces(model, location, options);
  return { ...location, places, whole: await drawWhole(model, patches, places, options) };
}

/** Runs a program with one output on patches. */
async function overPatches(
  model: LoadedModel,
  { count, values }: Patches,
  options: WorkOptions & { readonly seed?: number },
  name: string,
  trace: (scope: Scope, patches: Tensor) => Tensor,
  further: (
    first: number,
    size: number,
  ) => Readonly<Record<string, Float32Array | Int32Array>> = () => ({}),
): Promise<Float32Array> {
  const { places } = requireCapability(model, "assemble");
  const { image } = patchSizes(model);
  requireCount("the number of images", count);
  if (values.length !== count * image) {
    throw new DataError(
      `${values.length} values for ${count} images are not ${places.patches} patches of ${places.side.join("×")} each`,
    );
  }
  const shape = ["B", places.patches, model.data.channels, ...places.side];
  const program = await model.program(name, (scope) => ({
    result: trace(scope, input("patches", shape)),
  }));
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count,
    feeds: (first: number, size: number) => ({
      patches: values.slice(first * image, (first + size) * image),
      ...further(first, size),
    }),
  };
  return joinBatches(runInBatches(model, program, run));
}
