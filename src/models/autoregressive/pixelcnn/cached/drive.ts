import type { Host, SampleRequest } from "../../../../core/driven.js";
import { type Scope, trace, Variables } from "../../../../nn/scope.js";
import type { HostArray } from "../../../../tensor/dtype.js";
import { drawInRasterOrder, type Given } from "../../raster.js";
import type { Network } from "../network.js";
import type { Slot } from "./memory.js";
import { type Part, pixelProgram, rowProgram, weightsProgram } from "./programs.js";

type Feeds = Readonly<Record<string, HostArray>>;

/**
 * Draws images pixel by pixel in raster order. Each pixel costs its own windows instead of a pass over
 * the image: the inputs of the windows are cached, and their share from the rows above is computed once
 * per row.
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
  const { width } = network.image;
  const rowPart = (scope: Scope) => rowProgram(scope.child("network"), network);
  const pixelPart = (scope: Scope) => pixelProgram(scope.child("network"), network);
  const weightsRun = await host.program("weights", (scope) =>
    weightsProgram(scope.child("network"), network),
  );
  const rowRun = await host.program("row", (scope) => rowPart(scope).outputs);
  const pixelRun = await host.program("pixel", (scope) => pixelPart(scope).outputs);
  const rows = new RememberedRows(slotsOf(rowPart), width, size);
  const pixelSlots = slotsOf(pixelPart);
  const run = { state: host.state, dims: { B: size } };
  const shared: Feeds = {
    ...request.annotations,
    temperature: Float32Array.of(temperature),
  };
  const weights = await weightsRun.run({ state: host.state });
  let above: Feeds = {};
  let left: Feeds = {};
  return drawInRasterOrder(host, network.image, request, given, {
    async rowBegins(row) {
      if (row > 0) rows.moveOn();
      above = await rowRun.run({ ...run, feeds: { ...shared, ...rows.feeds() } });
      rows.begin(above);
      left = named(
        "left",
        pixelSlots.map(({ channels, reach }) => new Float32Array(size * reach * channels)),
      );
    },
    async pixel({ row, column, position, isKnown, given: values }) {
      const feeds = {
        ...shared,
        ...weights,
        ...left,
        ...columnOf(above, "above.", column, width),
        row: Int32Array.of(row),
        column: Int32Array.of(column),
        given: values,
        known: Float32Array.of(isKnown ? 1 : 0),
      };
      const results = await pixelRun.run({ ...run, feeds, noise: { seed, step: position, first } });
      rows.keep(results, column);
      left = named(
        "left",
        pixelSlots.map((_, index) => results[`left.${index}`] ?? results[`here.${index}`]),
      );
      return results.pixel as Float32Array;
    },
  });
}

/** Cached inputs of the windows, from the rows above and from the current row. */
class RememberedRows {
  /** [reach, W, size, C] for each window, the farthest row first. */
  private readonly above: Float32Array[];
  /** [W, size, C] for each window, and whether pixels are still to be filled in. */
  private here: { readonly row: Float32Array; readonly isOpen: boolean }[] = [];

  constructor(
    private readonly slots: readonly Slot[],
    private readonly width: number,
    private readonly size: number,
  ) {
    this.above = slots.map((slot) => new Float32Array(slot.reach * this.rowLength(slot)));
  }

  feeds(): Feeds {
    return named("rows", this.above);
  }

  /** Starts a row from its program's results `row.N`; the pixels fill in the other windows. */
  begin(results: Feeds): void {
    this.here = this.slots.map((slot, index) => {
      const row = results[`row.${index}`] as Float32Array | undefined;
      return { row: row ?? new Float32Array(this.rowLength(slot)), isOpen: row === undefined };
    });
  }

  /** Stores the results `here.N` of a pixel's program in its column. */
  keep(results: Feeds, column: number): void {
    this.here.forEach(({ row, isOpen }, index) => {
      const values = results[`here.${index}`] as Float32Array;
      if (isOpen) row.set(values, column * values.length);
    });
  }

  /** Makes the finished row the nearest row above. */
  moveOn(): void {
    this.above.forEach((rows, index) => {
      const drawn = this.here[index].row;
      rows.copyWithin(0, drawn.length);
      rows.set(drawn, rows.length - drawn.length);
    });
  }

  private rowLength({ channels }: Slot): number {
    return this.width * this.size * channels;
  }
}

/** The cached inputs of a program's windows, found by tracing it. */
function slotsOf(part: (scope: Scope) => Part): readonly Slot[] {
  return trace(new Variables(), false, part).result.slots;
}

const named = (prefix: string, values: readonly HostArray[]): Feeds =>
  Object.fromEntries(values.map((value, index) => [`${prefix}.${index}`, value]));

/** One column of each result [W, …] whose name has this prefix. */
function columnOf(results: Feeds, prefix: string, column: number, width: number): Feeds {
  return Object.fromEntries(
    Object.entries(results).flatMap(([name, values]) => {
      if (!name.startsWith(prefix)) return [];
      const length = values.length / width;
      return [[name, values.subarray(column * length, (column + 1) * length)]];
    }),
  );
}
