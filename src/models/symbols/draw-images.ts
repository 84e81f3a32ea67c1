import type { ImageShape } from "../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";
import { cast } from "../../tensor/ops/elementwise.js";
import { input } from "../../tensor/tensor.js";
import { lengthOf, type Onlooker, type Symbols } from "./symbols.js";
import type { GivenSymbols } from "./walk.js";

/** How a model draws the symbols of images. */
export interface SymbolDrawing {
  readonly symbols: Symbols;
  readonly image: ImageShape;
  /** @returns  [size, T] */
  draw(
    host: Host,
    request: SampleRequest,
    given?: GivenSymbols,
    onlooker?: Onlooker,
  ): Promise<Int32Array>;
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
  const onlooker = host.onPartial && (await partialImages(host, drawing, request));
  const symbols = await drawing.draw(host, request, given, onlooker);
  const drawn = await drawing.symbols.write(host, symbols, request);
  if (completing === undefined) return drawn;
  const { pixelsUnit: kept, known: where } = completing;
  return drawn.map((value, at) => (where[at % where.length] === 1 ? kept[at] : value));
}

/** Shows images as their symbols are drawn; symbols that are not drawn yet are those of a black image. */
async function partialImages(
  host: Host,
  { symbols: kind, image }: SymbolDrawing,
  request: SampleRequest,
): Promise<Onlooker> {
  const { channels, height, width } = image;
  const black = await readSymbols(host, kind, image, new Float32Array(channels * height * width));
  const length = lengthOf(kind);
  return async (symbols, isDrawn) => {
    const shown = symbols.map((symbol, at) => (isDrawn(at) ? symbol : black[at % length]));
    host.onPartial?.(await kind.write(host, shown, request));
  };
}

/** @returns  [size, T] the symbols of images [size, C, H, W] */
async function readSymbols(
  host: Host,
  symbols: Symbols,
  { channels, height, width }: ImageShape,
  pixelsUnit: Float32Array,
): Promise<Int32Array> {
  const program = await host.program("symbols.read", (scope) => ({
    // Exact: there are fewer than 2²⁴ symbols.
    symbols: cast(
      symbols.read(scope, input("pixelsUnit", ["B", channels, height, width])),
      "float32",
    ),
  }));
  const size = pixelsUnit.length / (channels * height * width);
  const read = await program.run({ state: host.state, feeds: { pixelsUnit }, dims: { B: size } });
  return Int32Array.from(read.symbols as Float32Array);
}

/** The symbols of images of which some pixels are given. */
async function givenSymbols(
  host: Host,
  { symbols, image }: SymbolDrawing,
  { pixelsUnit, known }: CompleteRequest,
): Promise<GivenSymbols> {
  const all = await readSymbols(host, symbols, image, pixelsUnit);
  const length = lengthOf(symbols);
  const places = wholePlaces(symbols.grid, [image.height, image.width], known);
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
