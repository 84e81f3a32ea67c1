import { annotationInputs, numberedClasses } from "../../../core/annotations.js";
import type { Scope } from "../../../nn/scope.js";
import { add, greater, mul, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import {
  concat,
  expandDims,
  reshape,
  transpose,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import { withChannel } from "../channels.js";
import type { Spread } from "../heads/index.js";
import {
  type BuildPart,
  type Carried,
  type CarriedRow,
  carriedAfterRow,
  carriedAtPixel,
  type Notes,
  PIXEL,
} from "./carried.js";
import {
  inputMaps,
  inputTaps,
  type Located,
  layersOf,
  type Network,
  outputMaps,
  type RecurrentLayer,
  withResidual,
} from "./network.js";

/** A kind of recurrent layer, over whole images and step by step for a sampler. */
export interface Recurrence<N extends Network> {
  readonly overImages: RecurrentLayer<N>;
  /** Which earlier pixels a pixel depends on, for explanations. */
  readonly context: string;
  /** The layer at one pixel: [2h, B] → [h, B]. */
  atPixel(scope: Scope, network: N, x: Tensor, carried: Carried): Tensor;
  /** Computes what later rows need from a finished row. */
  afterRow(scope: Scope, network: N, carried: CarriedRow): void;
}

/** Number of taps of the first window before the pixel itself. */
export function tapsBefore(network: Network): number {
  const { rows, columns, centre } = inputTaps(network);
  return (rows - 1) * columns + centre;
}

/**
 * Draws one pixel in all images of a batch.
 *
 * Reads `before` [B, C, taps], the pixels that the first window sees, and `inside` [taps], 0 for those
 * outside the image; its `row` and `column`; `given` [B, C] and the scalar `known`, 1 if the pixel is
 * given; the class, `temperature`, noise, and carried values. Returns `pixel` [B, C] in [0, 1].
 */
export function pixelProgram<N extends Network>(network: N, { atPixel }: Recurrence<N>): BuildPart {
  const { head, channels } = network;
  return (scope) => {
    const notes: Notes = { reads: [], puts: {} };
    const carried = carriedAtPixel(notes);
    const annotations = annotationInputs(numberedClasses(1), "B");
    const spread: Spread = {
      uniforms: scope.noise("pixel", ["B", head.uniforms], "uniform"),
      temperature: input("temperature", []),
    };
    const isKnown = greater(input("known", []), 0);
    const given = input("given", ["B", channels]);
    const window = windowWith(network);
    const located = atPlace(input("row", [1], "int32"), input("column", [1], "int32"));
    let pixel = zerosOfShape(["B", channels]);
    // With one run per channel, each channel needs its own pass: green depends on the drawn red.
    for (let group = 0; group < head.groups; group++) {
      let x = inputMaps(scope, network, window(head.embed(pixel)), annotations, located);
      layersOf(scope, network).forEach((layer, index) => {
        x = withResidual(layer, network, x, atPixel(layer, network, x, carried(index)));
      });
      const parameters = transpose(outputMaps(scope, network, x));
      const values = where(isKnown, given, head.draw(parameters, spread));
      pixel = head.groups === 1 ? values : withChannel(pixel, values, group);
    }
    notes.puts[PIXEL] = transpose(head.embed(pixel));
    return { ...notes, outputs: { pixel, ...notes.puts } };
  };
}

/** Embeddings of one pixel's row and column: [2h, 1]. */
const atPlace =
  (row: Tensor, column: Tensor): Located =>
  ({ rows, columns }) =>
    transpose(add(gather(rows, row), gather(columns, column)));

/** The first window [C · taps, B] for a given value of the pixel [B, C]; later pixels are zeros. */
function windowWith(network: Network): (pixel: Tensor) => Tensor {
  const { head, channels } = network;
  const taps = tapsBefore(network);
  const { rows, columns } = inputTaps(network);
  const before = mul(head.embed(input("before", ["B", channels, taps])), input("inside", [taps]));
  const after = zerosOfShape(["B", channels, rows * columns - taps - 1]);
  return (pixel) => {
    const all = concat([before, expandDims(pixel, 2), after], 2);
    return transpose(reshape(all, ["B", channels * rows * columns]));
  };
}

/** The program to run after each finished row. */
export function rowProgram<N extends Network>(network: N, { afterRow }: Recurrence<N>): BuildPart {
  return (scope) => {
    const notes: Notes = { reads: [], puts: {} };
    const carried = carriedAfterRow(notes, network.width);
    layersOf(scope, network).forEach((layer, index) => {
      afterRow(layer, network, carried(index));
    });
    return { ...notes, outputs: notes.puts };
  };
}
