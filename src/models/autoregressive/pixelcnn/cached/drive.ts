import type { Host, SampleRequest } from "../../../../core/driven.js";
import { type Scope, trace, Variables } from "../../../../nn/scope.js";
import type { HostArray } from "../../../../tensor/dtype.js";
import type { Network } from "../network.js";
import type { Slot } from "./memory.js";
import { type Part, pixelProgram, rowProgram } from "./programs.js";

/** Pixels that are given, in all images at the same places. */
export interface Given {
  /** [size, C, H, W] in [0, 1] */
  readonly pixelsUnit: Float32Array;
  /** [H · W] 1 where the pixel is given. */
  readonly known: Uint8Array;
}

type Feeds = Record<string, HostArray>;

/**
 * Draws images pixel by pixel in raster order. Each pixel costs its own windows, not a whole pass:
 * what the windows have seen is remembered, and what they see of the rows above is computed once a row.
 *
 * A pixel is drawn given all pixels before it, whether those were given or drawn. Given pixels stay as
 * they are, and do not change what was drawn before them.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawImages(
  host: Host,
  network: Network,
  request: SampleRequest,
  given?: Given,
): Promise<Float32Array> {
  const { size, first, seed, temperature } = request;
  const { height, width, channels } = network.image;
  const mode = temperature === 0;
  const rowPart = (scope: Scope) => rowProgram(scope.child("network"), network);
  const pixelPart = (scope: Scope) => pixelProgram(scope.child("network"), network, mode);
  const rowRun = await host.program("row", (scope) => rowPart(scope).outputs);
  const pixelRun = await host.program(
    mode ? "pixel.mode" : "pixel.draw",
    (scope) => pixelPart(scope).outputs,
  );
  const rowSlots = slotsOf(rowPart);
  const memory = rowSlots.map(
    (slot) => new Float32Array(slot.reach * width * size * slot.channels),
  );
  const shared: Feeds = {
    labels: request.labels ?? new Int32Array(size),
    temperature: Float32Array.of(temperature),
  };
  const nothing = Object.fromEntries(
    slotsOf(pixelPart).map(({ channels: maps, reach }, index) => [
      `left.${index}`,
      new Float32Array(size * reach * maps),
    ]),
  );
  const run = { state: host.state, dims: { B: size } };
  const images = given?.pixelsUnit.slice() ?? new Float32Array(size * channels * height * width);
  const plane = height * width;
  const end = given === undefined ? plane : given.known.lastIndexOf(0) + 1;
  for (let start = 0; start < end; start += width) {
    const feeds = Object.fromEntries(memory.map((values, index) => [`rows.${index}`, values]));
    const seen = await rowRun.run({ ...run, feeds: { ...shared, ...feeds } });
    const rows = rowSlots.map(
      (slot, index) =>
        (seen[`row.${index}`] as Float32Array | undefined) ??
        new Float32Array(width * size * slot.channels),
    );
    let left: Feeds = nothing;
    for (let column = 0; column < width && start + column < end; column++) {
      host.signal?.throwIfAborted();
      const position = start + column;
      const isKnown = given?.known[position] === 1;
      const outputs = await pixelRun.run({
        ...run,
        feeds: {
          ...shared,
          ...left,
          ...columnOf(seen, "above.", column, width),
          row: Int32Array.of(start / width),
          column: Int32Array.of(column),
          known: Float32Array.of(isKnown ? 1 : 0),
          given: pixelOf(images, position, size * channels, plane),
        },
        noise: { seed, step: position, first },
      });
      if (!isKnown) putPixel(outputs.pixel as Float32Array, images, position, plane);
      rows.forEach((values, index) => {
        const here = outputs[`here.${index}`];
        if (here !== undefined) values.set(here as Float32Array, column * here.length);
      });
      left = outputs;
      host.onProgress?.((position + 1) / end);
    }
    memory.forEach((values, index) => {
      values.copyWithin(0, rows[index].length);
      values.set(rows[index], values.length - rows[index].length);
    });
  }
  return images;
}

/** What the windows of a program remember, found by tracing it. */
function slotsOf(part: (scope: Scope) => Part): readonly Slot[] {
  return trace(new Variables(), false, part).result.slots;
}

/** The part of each result [W, …] whose name begins so that belongs to one column. */
function columnOf(results: Feeds, prefix: string, column: number, width: number): Feeds {
  return Object.fromEntries(
    Object.entries(results).flatMap(([name, values]) => {
      if (!name.startsWith(prefix)) return [];
      const length = values.length / width;
      return [[name, values.subarray(column * length, (column + 1) * length)]];
    }),
  );
}

/** [size, C] of images [size, C, H, W]. */
function pixelOf(
  images: Float32Array,
  position: number,
  length: number,
  plane: number,
): Float32Array {
  return Float32Array.from({ length }, (_, index) => images[index * plane + position]);
}

/** Writes [size, C] into images [size, C, H, W]. */
function putPixel(
  pixel: Float32Array,
  images: Float32Array,
  position: number,
  plane: number,
): void {
  pixel.forEach((value, index) => {
    images[index * plane + position] = value;
  });
}
