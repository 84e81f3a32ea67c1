import type { ImageShape } from "../../../core/batch.js";
import type { Host, SampleRequest } from "../../../core/driven.js";
import { cacheGroup } from "../../symbols/cache.js";
import type { OpenDrawing, SymbolDrawing } from "../../symbols/draw-images.js";
import type { Design } from "./design.js";
import type { Setup } from "./setup.js";
import { cacheShape } from "./stack.js";

/**
 * Draws images of captions, with the keys and values of earlier positions kept on the device.
 *
 * @param guidance  weight γ of the caption: logits are those without it plus γ times what it changes.
 *                  Where it is not 1, each image is drawn beside one whose caption is hidden
 * @source guidance: Ho & Salimans 2022, arXiv:2207.12598, equation 6
 */
export const drawingOf = (
  setup: Setup,
  design: Design,
  image: ImageShape,
  guidance: number,
): SymbolDrawing => ({
  symbols: setup.symbols,
  image,
  stream: "dalle/draw",
  open: (host, request) => open(host, request, setup, design, guidance),
});

async function open(
  host: Host,
  { size, annotations }: SampleRequest,
  setup: Setup,
  design: Design,
  guidance: number,
): Promise<OpenDrawing> {
  const { textLength } = setup;
  const times = guidance === 1 ? 1 : 2;
  const rows = times * size;
  const run = await host.updating(`position.${rows}`, (scope) =>
    design.position(scope.child("network"), rows),
  );
  const state = await host.allocate([cacheGroup(cacheShape(setup, design.length, rows))]);
  const given = annotations.caption ?? new Int32Array(size * textLength);
  const caption = twice(given, times);
  const isHidden = Float32Array.from({ length: rows }, (_, row) => Number(row >= size));
  const wordsAt = (place: number) =>
    Int32Array.from({ length: rows }, (_, row) => caption[row * textLength + place]);
  const step = async (position: number, symbol: Int32Array) => {
    const feeds = { symbol, position: Int32Array.of(position), caption, isHidden };
    return (await run.run({ state, feeds })).logits as Float32Array;
  };
  return {
    async next(place, previous) {
      const { prefix } = design;
      if (place > 0) return guided(await step(prefix + place, twice(previous, times)), guidance);
      for (let position = 0; position < prefix; position++) {
        await step(position, wordsAt(Math.max(0, position - 1)));
      }
      return guided(await step(prefix, wordsAt(Math.max(0, prefix - 1))), guidance);
    },
    close: () => state.release(),
  };
}

function twice(values: Int32Array, times: number): Int32Array {
  if (times === 1) return values;
  const both = new Int32Array(2 * values.length);
  both.set(values);
  both.set(values, values.length);
  return both;
}

/** Logits with the caption and those without it, one after the other, at the weight of the caption. */
function guided(logits: Float32Array, guidance: number): Float32Array {
  if (guidance === 1) return logits;
  const half = logits.length / 2;
  return Float32Array.from(
    { length: half },
    (_, at) => logits[half + at] + guidance * (logits[at] - logits[half + at]),
  );
}
