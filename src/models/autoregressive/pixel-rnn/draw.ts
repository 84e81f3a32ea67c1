import type { Host, SampleRequest } from "../../../core/driven.js";
import { trace, Variables } from "../../../nn/scope.js";
import type { HostArray } from "../../../tensor/dtype.js";
import { drawInRasterOrder, type Given, type Visit } from "../raster.js";
import type { BuildPart, Part, Read } from "./carried.js";
import { inputTaps, type Network } from "./network.js";
import { pixelProgram, type Recurrence, rowProgram, tapsBefore } from "./programs.js";

type Feeds = Record<string, HostArray>;

/**
 * Draws images pixel by pixel in raster order. Each pixel costs one step of the LSTMs, whose states are
 * carried from pixel to pixel, instead of a pass over the image.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawImages<N extends Network>(
  host: Host,
  network: N,
  recurrence: Recurrence<N>,
  request: SampleRequest,
  given?: Given,
): Promise<Float32Array> {
  const { size, first, seed, temperature } = request;
  const pixelPart = inNetwork(pixelProgram(network, recurrence));
  const rowPart = inNetwork(rowProgram(network, recurrence));
  const pixelRun = await host.program("pixel", (scope) => pixelPart(scope).outputs);
  const rowRun = await host.program("row", (scope) => rowPart(scope).outputs);
  const [pixelReads, rowReads] = [pixelPart, rowPart].map(readsOf);
  const rows = new CarriedRows(network.width, size);
  const run = { state: host.state, dims: { B: size } };
  const shared: Feeds = {
    ...request.annotations,
    temperature: Float32Array.of(temperature),
  };
  return drawInRasterOrder(host, network, request, given, {
    async pixel(visit) {
      const feeds = {
        ...shared,
        ...Object.fromEntries(pixelReads.map((read) => [read.input, rows.at(read, visit.column)])),
        ...windowBefore(network, visit, size),
        row: Int32Array.of(visit.row),
        column: Int32Array.of(visit.column),
        known: Float32Array.of(visit.isKnown ? 1 : 0),
        given: visit.given,
      };
      const noise = { seed, step: visit.position, first };
      const { pixel, ...puts } = await pixelRun.run({ ...run, feeds, noise });
      rows.putPixel(puts, visit.column);
      return pixel as Float32Array;
    },
    async rowBegins(row) {
      if (row === 0) return;
      const feeds = Object.fromEntries(rowReads.map((read) => [read.input, rows.whole(read)]));
      rows.putRow(await rowRun.run({ ...run, feeds }));
      rows.moveOn();
    },
  });
}

const inNetwork =
  (part: BuildPart): BuildPart =>
  (scope) =>
    part(scope.child("network"));

/** The values that a program reads, found by tracing it. */
function readsOf(part: BuildPart): readonly Read[] {
  return trace<Part>(new Variables(), false, part).result.reads;
}

/** Carried values of two rows by name, stored column after column as [features, B]. */
class CarriedRows {
  private here = new Map<string, Float32Array>();
  private above = new Map<string, Float32Array>();

  constructor(
    private readonly width: number,
    private readonly size: number,
  ) {}

  /** [features, B] for a pixel's program. */
  at({ name, rows, columns, features }: Read, column: number): Float32Array {
    const length = features * this.size;
    const row = (rows === 0 ? this.here : this.above).get(name);
    const from = column - columns;
    if (row === undefined || from < 0) return new Float32Array(length);
    return row.subarray(from * length, (from + 1) * length);
  }

  /** [W, features, B] for a row's program. */
  whole({ name, rows, features }: Read): Float32Array {
    const row = (rows === 0 ? this.here : this.above).get(name);
    return row ?? new Float32Array(this.width * features * this.size);
  }

  putPixel(values: Feeds, column: number): void {
    for (const [name, value] of Object.entries(values)) {
      let row = this.here.get(name);
      if (row === undefined) {
        row = new Float32Array(this.width * value.length);
        this.here.set(name, row);
      }
      row.set(value as Float32Array, column * value.length);
    }
  }

  putRow(values: Feeds): void {
    for (const [name, value] of Object.entries(values)) this.here.set(name, value as Float32Array);
  }

  /** Makes the finished row the row above. */
  moveOn(): void {
    this.above = this.here;
    this.here = new Map();
  }
}

/** The pixels before the visited one that the first window sees. */
function windowBefore(network: Network, { row, column, images }: Visit, size: number): Feeds {
  const { channels, height, width } = network;
  const { rows, columns, centre } = inputTaps(network);
  const taps = tapsBefore(network);
  const before = new Float32Array(size * channels * taps);
  const inside = new Float32Array(taps);
  for (let tap = 0; tap < taps; tap++) {
    const y = row + Math.floor(tap / columns) - (rows - 1);
    const x = column + (tap % columns) - centre;
    if (y < 0 || x < 0 || x >= width) continue;
    inside[tap] = 1;
    for (let plane = 0; plane < size * channels; plane++) {
      before[plane * taps + tap] = images[(plane * height + y) * width + x];
    }
  }
  return { before, inside };
}
