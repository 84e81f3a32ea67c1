import type { Host, SampleRequest } from "../../../../core/driven.js";
import { type Scope, trace, Variables } from "../../../../nn/scope.js";
import type { Executable } from "../../../../runtime/program.js";
import type { HostArray } from "../../../../tensor/dtype.js";
import type { Given } from "../../raster.js";
import type { Network } from "../network.js";
import type { Slot } from "./memory.js";
import { type Part, pixelProgram, rowProgram } from "./programs.js";

type Feeds = Readonly<Record<string, HostArray>>;

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
  const { size, temperature } = request;
  const { height, width, channels } = network.image;
  const area = height * width;
  const mode = temperature === 0;
  const rowPart = (scope: Scope) => rowProgram(scope.child("network"), network);
  const pixelPart = (scope: Scope) => pixelProgram(scope.child("network"), network, mode);
  const drawing: Drawing = {
    host,
    network,
    request,
    rowRun: await host.program("row", (scope) => rowPart(scope).outputs),
    pixelRun: await host.program(
      mode ? "pixel.mode" : "pixel.draw",
      (scope) => pixelPart(scope).outputs,
    ),
    rowSlots: slotsOf(rowPart),
    pixelSlots: slotsOf(pixelPart),
    shared: {
      labels: request.labels ?? new Int32Array(size),
      temperature: Float32Array.of(temperature),
    },
    known: given?.known ?? new Uint8Array(area),
    images: given?.pixelsUnit.slice() ?? new Float32Array(size * channels * area),
  };
  const rows = drawing.rowSlots.map(
    (slot) => new Float32Array(slot.reach * width * size * slot.channels),
  );
  // What follows the last missing pixel need not be looked at.
  const end = drawing.known.lastIndexOf(0) + 1;
  for (let start = 0; start < end; start += width) {
    const drawn = await drawRow(drawing, rows, start, end);
    rows.forEach((above, index) => {
      above.copyWithin(0, drawn[index].length);
      above.set(drawn[index], above.length - drawn[index].length);
    });
  }
  return drawing.images;
}

/** What drawing a batch needs throughout. */
interface Drawing {
  readonly host: Host;
  readonly network: Network;
  readonly request: SampleRequest;
  readonly rowRun: Executable;
  readonly pixelRun: Executable;
  readonly rowSlots: readonly Slot[];
  readonly pixelSlots: readonly Slot[];
  readonly shared: Feeds;
  readonly known: Uint8Array;
  /** [size, C, H, W], where what is drawn is written. */
  readonly images: Float32Array;
}

/**
 * Draws the pixels from `start` to the end of their row, or to `end`.
 *
 * @param rows  what each window remembers of the rows above
 * @returns     what each window has to remember of this row
 */
async function drawRow(
  drawing: Drawing,
  rows: readonly Float32Array[],
  start: number,
  end: number,
): Promise<Float32Array[]> {
  const { host, network, request, rowRun, rowSlots, pixelSlots, shared } = drawing;
  const { size } = request;
  const { width } = network.image;
  const above = await rowRun.run({
    state: host.state,
    feeds: { ...shared, ...named("rows", rows) },
    dims: { B: size },
  });
  const remembered = rowSlots.map(
    ({ channels }, index) =>
      (above[`row.${index}`] as Float32Array | undefined) ??
      new Float32Array(width * size * channels),
  );
  let left: Feeds = named(
    "left",
    pixelSlots.map(({ channels, reach }) => new Float32Array(size * reach * channels)),
  );
  for (let column = 0; column < width && start + column < end; column++) {
    host.signal?.throwIfAborted();
    const place = { row: Int32Array.of(start / width), column: Int32Array.of(column) };
    const seen = { ...left, ...columnOf(above, "above.", column, width), ...place };
    left = await drawPixel(drawing, start + column, seen);
    remembered.forEach((values, index) => {
      const here = left[`here.${index}`];
      if (here !== undefined) values.set(here as Float32Array, column * here.length);
    });
    host.onProgress?.((start + column + 1) / end);
  }
  return remembered;
}

/**
 * Draws one pixel of all images, unless it is given, and writes it.
 *
 * @param seen  what the windows see on the left and above
 * @returns     what they see on the left at the next pixel, and `here.N`
 */
async function drawPixel(drawing: Drawing, position: number, seen: Feeds): Promise<Feeds> {
  const { host, network, request, pixelRun, shared, known, images } = drawing;
  const { size, seed, first } = request;
  const { height, width, channels } = network.image;
  const area = height * width;
  const isKnown = known[position] === 1;
  const given = Float32Array.from(
    { length: size * channels },
    (_, index) => images[index * area + position],
  );
  const outputs = await pixelRun.run({
    state: host.state,
    feeds: { ...shared, ...seen, given, known: Float32Array.of(isKnown ? 1 : 0) },
    dims: { B: size },
    noise: { seed, step: position, first },
  });
  if (!isKnown) {
    (outputs.pixel as Float32Array).forEach((value, index) => {
      images[index * area + position] = value;
    });
  }
  return outputs;
}

/** What the windows of a program remember, found by tracing it. */
function slotsOf(part: (scope: Scope) => Part): readonly Slot[] {
  return trace(new Variables(), false, part).result.slots;
}

const named = (prefix: string, values: readonly HostArray[]): Feeds =>
  Object.fromEntries(values.map((value, index) => [`${prefix}.${index}`, value]));

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
