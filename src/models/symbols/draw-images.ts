import type { ImageShape } from "../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";
import { cast } from "../../tensor/ops/elementwise.js";
import { input } from "../../tensor/tensor.js";
import type { Symbols } from "./symbols.js";
import type { GivenSymbols } from "./walk.js";

/** How a model draws the symbols of images. */
export interface SymbolDrawing {
  readonly symbols: Symbols;
  readonly image: ImageShape;
  /** @returns  [size, T] */
  draw(host: Host, request: SampleRequest, given?: GivenSymbols): Promise<Int32Array>;
}

/**
 * Draws images by their symbols, or the missing pixels of images.
 *
 * @param request  with or without given pixels
 * @returns        [size, C, H, W] in [0, 1]
 */
export async function drawImages(
  host: Host,
  drawing: SymbolDrawing,
  request: SampleRequest & Partial<Pick<CompleteRequest, "pixelsUnit" | "known">>,
): Promise<Float32Array> {
  const { pixelsUnit, known } = request;
  const completing = pixelsUnit && known && { ...request, pixelsUnit, known };
  const given = completing && (await givenSymbols(host, drawing, completing));
  const symbols = await drawing.draw(host, request, given);
  const drawn = await drawing.symbols.write(host, symbols, request);
  if (completing === undefined) return drawn;
  const { pixelsUnit: kept, known: where } = completing;
  return drawn.map((value, at) => (where[at % where.length] === 1 ? kept[at] : value));
}

/** The symbols of images of which some pixels are given. */
async function givenSymbols(
  host: Host,
  { symbols, image: { channels, height, width } }: SymbolDrawing,
  { size, pixelsUnit, known }: CompleteRequest,
): Promise<GivenSymbols> {
  const program = await host.program("symbols.read", (scope) => ({
    // Exact: there are fewer than 2²⁴ symbols.
    symbols: cast(
      symbols.read(scope, input("pixelsUnit", ["B", channels, height, width])),
      "float32",
    ),
  }));
  const read = await program.run({ state: host.state, feeds: { pixelsUnit }, dims: { B: size } });
  const all = Int32Array.from(read.symbols as Float32Array);
  const length = all.length / size;
  const places = wholePlaces(symbols.grid, [height, width], known);
  return {
    symbols: all,
    isGiven: (position) => places[Math.floor(position / symbols.depth)],
    allowed: (position, one) => symbols.allowed?.(position, known, all[one * length + position]),
  };
}

/** For each place of the grid, whether all its pixels are given. */
function wholePlaces(
  [rows, columns]: readonly [number, number],
  [height, width]: readonly [number, number],
  known: Uint8Array,
): boolean[] {
  const whole = new Array<boolean>(rows * columns).fill(true);
  known.forEach((is, pixel) => {
    if (is === 1) return;
    const row = Math.floor((Math.floor(pixel / width) * rows) / height);
    whole[row * columns + Math.floor(((pixel % width) * columns) / width)] = false;
  });
  return whole;
}
