import { annotationInputs, numberedClasses } from "../../../../core/annotations.js";
import type { Scope } from "../../../../nn/scope.js";
import { greater, where } from "../../../../tensor/ops/elementwise.js";
import { zerosOfShape } from "../../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../../tensor/tensor.js";
import { withChannel } from "../../channels.js";
import type { Spread } from "../../heads/index.js";
import { type Network, pixelPart, rowPart } from "../network.js";
import { Memory, type Slot } from "./memory.js";
import { atOnePixel, movedOn, type Visited } from "./one-pixel.js";
import { aboveOneRow, asColumns, atOneRow, type RowResults } from "./one-row.js";
import { rowWeights } from "./row-weights.js";

/** A program of a sampler, and the inputs of its windows to cache. */
export interface Part {
  readonly outputs: Record<string, Tensor>;
  readonly slots: readonly Slot[];
}

/** Computes the weights that every pixel's program reads: `weight.N` for the N-th window. */
export function weightsProgram(scope: Scope, network: Network): Record<string, Tensor> {
  const results: Record<string, Tensor> = {};
  const pixel = zerosOfShape(["B", network.image.channels]);
  const above = aboveEach(network, (_, maps) => zerosOfShape(["B", maps]));
  pixelPart(scope, network, rowWeights(results), pixel, above, classInput());
  return results;
}

const classInput = () => annotationInputs(numberedClasses(1), "B");

/**
 * Computes everything about a row that does not depend on its own pixels.
 *
 * Reads `rows.N`, the N-th window's cached inputs in the rows above. Returns `above.N`, the share of the
 * N-th raster-order window from these rows, and `row.N`, the input of the N-th vertical window to cache.
 */
export function rowProgram(scope: Scope, network: Network): Part {
  const { channels, width } = network.image;
  const memory = new Memory();
  const slots: Slot[] = [];
  const results: RowResults = {};
  const annotations = classInput();
  const pixels = zerosOfShape(["B", channels]);
  if (network.config.gated) {
    // The first window reads only rows above, so its own row's pixels do not matter.
    const row = zerosOfShape(["B", channels, 1, width]);
    const above = rowPart(
      scope,
      network,
      atOneRow(memory, width, slots, results),
      row,
      annotations,
    );
    above.forEach((maps, index) => {
      results[`above.${index}`] = asColumns(maps);
    });
  } else {
    pixelPart(scope, network, aboveOneRow(memory, width, slots, results), pixels, [], annotations);
  }
  return { outputs: results, slots };
}

/** Creates a tensor for each layer of a gated network from its number and its maps. */
function aboveEach({ config }: Network, create: (layer: number, maps: number) => Tensor): Tensor[] {
  if (!config.gated) return [];
  return Array.from({ length: config.layers + 1 }, (_, layer) =>
    create(layer, 2 * config.features),
  );
}

/**
 * Draws one pixel in all images of a batch.
 *
 * Reads `left.N`, the N-th window's cached inputs on the left, `weight.N` and `above.N`; `given` [B, C]
 * and the scalar `known`, 1 if the pixel is given; `temperature`, and noise. Returns `pixel` [B, C] in
 * [0, 1], `here.N`, the N-th window's input at the pixel, and the new `left.N` if it spans more pixels.
 */
export function pixelProgram(scope: Scope, network: Network): Part {
  const { head } = network;
  const { channels } = network.image;
  const memory = new Memory();
  const annotations = classInput();
  const spread: Spread = {
    uniforms: scope.noise("pixel", ["B", head.uniforms], "uniform"),
    temperature: input("temperature", []),
  };
  const isKnown = greater(input("known", []), 0);
  const given = input("given", ["B", channels]);
  let visited: Visited[] = [];
  let pixel = zerosOfShape(["B", channels]);
  // With one run per channel, each channel needs its own pass: green depends on the drawn red.
  for (let group = 0; group < head.groups; group++) {
    visited = [];
    const windows = atOnePixel(memory, visited);
    const above = aboveEach(network, (layer, maps) => memory.above(layer, maps));
    const parameters = pixelPart(scope, network, windows, head.embed(pixel), above, annotations);
    const values = where(isKnown, given, head.draw(parameters, spread));
    pixel = head.groups === 1 ? values : withChannel(pixel, values, group);
  }
  const outputs: Record<string, Tensor> = { pixel };
  visited.forEach((window, index) => {
    const remembered = index === 0 ? { ...window, here: head.embed(pixel) } : window;
    outputs[`here.${index}`] = remembered.here;
    if (window.reach > 1) outputs[`left.${index}`] = movedOn(memory, index, remembered);
  });
  return { outputs, slots: visited };
}
