import type { GraphBuilder } from "../builder.js";
import { NCHWC } from "./values.js";

/** ONNX's notation for a slice down to the start with a negative step. */
const TO_START = -(2 ** 31 - 1);

/** Filters `[O, C / groups, kH, kW]` as a value of the graph. */
export interface Filters {
  readonly value: string;
  readonly outputs: number;
  readonly perGroup: number;
  readonly kernel: readonly [number, number];
}

/**
 * Filters in the order that the blocked convolution reads.
 *
 * For a plain image (fewer channels than a block) and for depthwise convolution the order is
 * `[O / block, C, kH, kW, block of O]`, otherwise `[O / block, C / block, kH, kW, block of C, block
 * of O]`. Incomplete blocks are padded with zeros.
 */
export function blockFilters(graph: GraphBuilder, filters: Filters, block: number): string {
  const blocksInputs = filters.perGroup >= block;
  const { value, outputs, perGroup, kernel } = fillBlocks(graph, filters, block);
  const blocks = outputs / block;
  const taps = kernel[0] * kernel[1];
  // Reordered inputs leave one axis to move, which ONNX Runtime does faster than several at once.
  const reordered = blocksInputs ? graph.emitAll("ReorderInput", [value], {}, NCHWC)[0] : value;
  const split = [blocks, block, perGroup * taps];
  return rearrange(graph, reordered, split, [0, 2, 1], [outputs, perGroup, ...kernel]);
}

/**
 * The same for the adjoint, which swaps inputs and outputs. The taps must already be reversed.
 *
 * @param filters  of one group: [O, C, kH, kW], for a convolution from O to C channels
 */
export function blockAdjointFilters(graph: GraphBuilder, filters: Filters, block: number): string {
  const blocksInputs = filters.outputs >= block;
  const target = blocksInputs ? block : 1;
  const { value, outputs, perGroup, kernel } = fill(graph, filters, target, block);
  const blocks = perGroup / block;
  const taps = kernel[0] * kernel[1];
  // The block of C, which is last in either order, moves as a whole.
  const [reordered] = graph.emitAll("ReorderInput", [value], {}, NCHWC);
  const [split, perm] = blocksInputs
    ? [
        [outputs / block, block, blocks, taps, block],
        [2, 0, 3, 1, 4],
      ]
    : [
        [outputs, blocks, taps, block],
        [1, 0, 2, 3],
      ];
  return rearrange(graph, reordered, split, perm, [perGroup, outputs, ...kernel]);
}

/** Selects taps along each axis, from `last` backwards at a fixed step. */
export function reversedTaps(
  graph: GraphBuilder,
  filters: Filters,
  taps: readonly { readonly last: number; readonly taps: number; readonly step: number }[],
): Filters {
  const value = graph.emit("Slice", [
    filters.value,
    graph.int64s(taps.map(({ last }) => last)),
    graph.int64s(
      taps.map(({ last, taps: count, step }) =>
        last - count * step < 0 ? TO_START : last - count * step,
      ),
    ),
    graph.int64s([2, 3]),
    graph.int64s(taps.map(({ step }) => -step)),
  ]);
  return { ...filters, value, kernel: [taps[0].taps, taps[1].taps] };
}

/** Swaps inputs and outputs within each group: `[groups · O', C', …]` becomes `[groups · C', O', …]`. */
export function swapWithinGroups(graph: GraphBuilder, filters: Filters, groups: number): Filters {
  const { outputs, perGroup, kernel } = filters;
  const each = outputs / groups;
  const value = rearrange(
    graph,
    filters.value,
    [groups, each, perGroup, ...kernel],
    [0, 2, 1, 3, 4],
    [groups * perGroup, each, ...kernel],
  );
  return { value, outputs: groups * perGroup, perGroup: each, kernel };
}

function fillBlocks(graph: GraphBuilder, filters: Filters, block: number): Filters {
  return fill(graph, filters, block, filters.perGroup >= block ? block : 1);
}

/** Pads outputs and inputs with zeros to whole multiples. */
function fill(
  graph: GraphBuilder,
  filters: Filters,
  multipleOfOutputs: number,
  multipleOfInputs: number,
): Filters {
  const outputs = roundUp(filters.outputs, multipleOfOutputs);
  const perGroup = roundUp(filters.perGroup, multipleOfInputs);
  if (outputs === filters.outputs && perGroup === filters.perGroup) return filters;
  const missing = [outputs - filters.outputs, perGroup - filters.perGroup];
  const value = graph.emit("Pad", [filters.value, graph.int64s([0, 0, 0, 0, ...missing, 0, 0])]);
  return { ...filters, value, outputs, perGroup };
}

/** A vector with one value per output, padded like the outputs. */
export function fillVector(
  graph: GraphBuilder,
  value: string,
  length: number,
  block: number,
): string {
  const vector = graph.emit("Reshape", [value, graph.int64s([length])]);
  const missing = roundUp(length, block) - length;
  return missing === 0 ? vector : graph.emit("Pad", [vector, graph.int64s([0, missing])]);
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

function rearrange(
  graph: GraphBuilder,
  value: string,
  split: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): string {
  const parts = graph.emit("Reshape", [value, graph.int64s(split)]);
  const turned = graph.emit("Transpose", [parts], { perm });
  return graph.emit("Reshape", [turned, graph.int64s(shape)]);
}
