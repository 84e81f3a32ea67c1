import { annotationInputs, numberedClasses } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import { greater } from "../../../tensor/ops/elementwise.js";
import { input } from "../../../tensor/tensor.js";
import { openCache } from "../../symbols/cache/kept.js";
import type { SymbolDrawing } from "../../symbols/draw-images.js";
import type { SymbolChoice } from "../../symbols/draw-symbol.js";
import { drawInParallel, type ParallelChoice } from "../../symbols/parallel-draw.js";
import { drawSymbols } from "../../symbols/walk.js";
import { cacheShape, maskedLogits, type Network, positionProgram } from "./network.js";

/** Draws symbol by symbol, with the keys and values of earlier positions kept on the device. */
export const rasterDrawing = (
  network: Network,
  image: ImageShape,
  choice: Omit<SymbolChoice, "temperature">,
): SymbolDrawing => ({
  symbols: network.symbols,
  image,
  async draw(host, request, given, onlooker) {
    const { size, annotations, temperature } = request;
    const run = await host.updating(`position.${size}`, (scope) =>
      positionProgram(scope.child("network"), network, size),
    );
    const cache = await openCache(host, cacheShape(network, size));
    try {
      const walk = {
        symbols: network.symbols,
        stream: "image-gpt/draw",
        async next(position: number, symbol: Int32Array) {
          const { logits } = await cache.run(run, position, { ...annotations, symbol });
          return logits as Float32Array;
        },
      };
      return await drawSymbols(host, walk, request, { ...choice, temperature }, given, onlooker);
    } finally {
      await cache.release();
    }
  },
});

/** Draws all symbols in few passes. */
export const maskedDrawing = (
  network: Network,
  image: ImageShape,
  choice: Omit<ParallelChoice, "temperature">,
): SymbolDrawing => ({
  symbols: network.symbols,
  image,
  async draw(host, request, given, onlooker) {
    const { size, annotations, temperature } = request;
    const { symbols, length, classes } = network;
    const run = await host.program("masked", (scope) => {
      const known = input("symbols", ["B", length], "int32");
      const hidden = greater(input("hidden", ["B", length]), 0);
      const told = classes === 0 ? {} : annotationInputs(numberedClasses(classes), "B");
      return { logits: maskedLogits(scope.child("network"), network, known, hidden, told) };
    });
    const drawing = {
      symbols,
      stream: "image-gpt/draw",
      async all(known: Int32Array, hidden: Float32Array) {
        const feeds = { ...annotations, symbols: known, hidden };
        const found = await run.run({ state: host.state, feeds, dims: { B: size } });
        return found.logits as Float32Array;
      },
    };
    return drawInParallel(host, drawing, request, { ...choice, temperature }, given, onlooker);
  },
});
