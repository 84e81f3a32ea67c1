import type { AnnotationValues } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import { greater } from "../../../tensor/ops/elementwise.js";
import { input } from "../../../tensor/tensor.js";
import { openCache } from "../../symbols/cache/kept.js";
import type { SymbolDrawing } from "../../symbols/draw-images.js";
import type { SymbolChoice } from "../../symbols/draw-symbol.js";
import { drawInParallel, type ParallelChoice } from "../../symbols/parallel-draw.js";
import { drawSymbols } from "../../symbols/walk.js";
import type { Design } from "./design.js";
import { guided, rowsOf } from "./guidance.js";
import type { Setup } from "./setup.js";
import { cacheShape } from "./stack.js";

const STREAM = "dalle/draw";

interface Guided {
  /** Weight of the caption; 1 is the model as it is. */
  readonly guidance: number;
}

/** Draws token after token, with the keys and values of earlier positions kept on the device. */
export const rasterDrawing = (
  setup: Setup,
  design: Design,
  image: ImageShape,
  { guidance, ...choice }: Omit<SymbolChoice, "temperature"> & Guided,
): SymbolDrawing => ({
  symbols: setup.symbols,
  image,
  async draw(host, request, given, onlooker) {
    const { size, annotations, temperature } = request;
    const rows = rowsOf(size, captionsOf(annotations, size, setup), guidance);
    const run = await host.updating(`position.${rows.count}`, (scope) =>
      design.position(scope.child("network"), rows.count),
    );
    const { begin } = design;
    const beginning =
      begin &&
      (await host.updating(`begin.${rows.count}`, (scope) =>
        begin(scope.child("network"), rows.count),
      ));
    const cache = await openCache(host, cacheShape(setup, design.length, rows.count));
    const { prefix } = design;
    const next = async (place: number, previous: Int32Array) => {
      const isFirst = place === 0 && beginning !== undefined;
      const { logits } = isFirst
        ? await cache.begin(beginning, prefix + 1, rows.feeds)
        : await cache.run(run, prefix + place, { ...rows.feeds, symbol: rows.each(previous) });
      return guided(logits as Float32Array, guidance);
    };
    try {
      const walk = { symbols: setup.symbols, stream: STREAM, next };
      return await drawSymbols(host, walk, request, { ...choice, temperature }, given, onlooker);
    } finally {
      await cache.release();
    }
  },
});

/** Draws all tokens in few passes. */
export const maskedDrawing = (
  setup: Setup,
  design: Design,
  image: ImageShape,
  { guidance, ...choice }: Omit<ParallelChoice, "temperature"> & Guided,
): SymbolDrawing => ({
  symbols: setup.symbols,
  image,
  async draw(host, request, given, onlooker) {
    const { size, annotations, temperature } = request;
    const { symbols, imageLength, textLength } = setup;
    const rows = rowsOf(size, captionsOf(annotations, size, setup), guidance);
    const run = await host.program("masked", (scope) => ({
      logits: design.masked(
        scope.child("network"),
        input("caption", ["B", textLength], "int32"),
        greater(input("isHidden", ["B"]), 0),
        input("tokens", ["B", imageLength], "int32"),
        greater(input("hidden", ["B", imageLength]), 0),
      ),
    }));
    const drawing = {
      symbols,
      stream: STREAM,
      async all(known: Int32Array, hidden: Float32Array) {
        const feeds = { ...rows.feeds, tokens: rows.each(known), hidden: rows.each(hidden) };
        const found = await run.run({ state: host.state, feeds, dims: { B: rows.count } });
        return guided(found.logits as Float32Array, guidance);
      },
    };
    return drawInParallel(host, drawing, request, { ...choice, temperature }, given, onlooker);
  },
});

const captionsOf = (
  { caption }: AnnotationValues,
  size: number,
  { textLength }: Setup,
): Int32Array => caption ?? new Int32Array(size * textLength);
