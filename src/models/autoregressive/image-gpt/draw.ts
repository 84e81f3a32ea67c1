import type { ImageShape } from "../../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../../core/driven.js";
import { cast } from "../../../tensor/ops/elementwise.js";
import { input } from "../../../tensor/tensor.js";
import { cacheGroup } from "../../symbols/cache.js";
import type { SymbolChoice } from "../../symbols/draw-symbol.js";
import { drawSymbols, type GivenSymbols, type Walk } from "../../symbols/walk.js";
import { cacheShape, type Network, positionProgram } from "./network.js";

/** Draws images symbol by symbol, with the keys and values of earlier positions kept on the device. */
export async function drawImages(
  host: Host,
  network: Network,
  image: ImageShape,
  request: SampleRequest & Partial<Pick<CompleteRequest, "pixelsUnit" | "known">>,
  choice: Omit<SymbolChoice, "temperature">,
): Promise<Float32Array> {
  const { pixelsUnit, known } = request;
  const given =
    pixelsUnit &&
    known &&
    (await givenSymbols(host, network, image, { ...request, pixelsUnit, known }));
  const symbols = await withCache(host, network, request, (walk) =>
    drawSymbols(host, walk, request, { ...choice, temperature: request.temperature }, given),
  );
  const drawn = await network.symbols.write(host, symbols, request);
  if (pixelsUnit === undefined || known === undefined) return drawn;
  return drawn.map((value, at) => (known[at % known.length] === 1 ? pixelsUnit[at] : value));
}

async function withCache<R>(
  host: Host,
  network: Network,
  { size, annotations }: SampleRequest,
  work: (walk: Walk) => Promise<R>,
): Promise<R> {
  const run = await host.updating(`position.${size}`, (scope) =>
    positionProgram(scope.child("network"), network, size),
  );
  const state = await host.allocate([cacheGroup(cacheShape(network, size))]);
  try {
    return await work({
      length: network.length,
      count: network.symbols.count,
      stream: "image-gpt/draw",
      async step(position, symbol) {
        const feeds = { ...annotations, symbol, position: Int32Array.of(position) };
        return (await run.run({ state, feeds })).logits as Float32Array;
      },
    });
  } finally {
    await state.release();
  }
}

/** The symbols of images of which some pixels are given. */
async function givenSymbols(
  host: Host,
  { symbols, length }: Network,
  { channels, height, width }: ImageShape,
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
