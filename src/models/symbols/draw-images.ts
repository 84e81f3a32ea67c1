import type { ImageShape } from "../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";
import { cast } from "../../tensor/ops/elementwise.js";
import { input } from "../../tensor/tensor.js";
import type { SymbolChoice } from "./draw-symbol.js";
import type { Symbols } from "./symbols.js";
import { drawSymbols, type GivenSymbols, type NextSymbol } from "./walk.js";

/** A model that draws an image symbol by symbol. */
export interface SymbolDrawing {
  readonly symbols: Symbols;
  readonly image: ImageShape;
  /** Name of the random stream of the draws. */
  readonly stream: string;
  /** Begins a batch of images. */
  open(host: Host, request: SampleRequest): Promise<OpenDrawing>;
}

export interface OpenDrawing {
  readonly next: NextSymbol;
  /** Releases what the batch holds. */
  close(): Promise<void>;
}

/**
 * Draws images symbol by symbol, or the missing pixels of images.
 *
 * @param request  with or without given pixels
 * @returns        [size, C, H, W] in [0, 1]
 */
export async function drawImages(
  host: Host,
  drawing: SymbolDrawing,
  request: SampleRequest & Partial<Pick<CompleteRequest, "pixelsUnit" | "known">>,
  choice: Omit<SymbolChoice, "temperature">,
): Promise<Float32Array> {
  const { pixelsUnit, known } = request;
  const completing = pixelsUnit && known && { ...request, pixelsUnit, known };
  const given = completing && (await givenSymbols(host, drawing, completing));
  const { next, close } = await drawing.open(host, request);
  try {
    const chosen = { ...choice, temperature: request.temperature };
    const symbols = await drawSymbols(host, { ...drawing, next }, request, chosen, given);
    const drawn = await drawing.symbols.write(host, symbols, request);
    if (completing === undefined) return drawn;
    const { pixelsUnit: kept, known: where } = completing;
    return drawn.map((value, at) => (where[at % where.length] === 1 ? kept[at] : value));
  } finally {
    await close();
  }
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
