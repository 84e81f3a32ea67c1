import type { ImageShape } from "../../../core/batch.js";
import { cacheGroup } from "../../symbols/cache.js";
import type { SymbolDrawing } from "../../symbols/draw-images.js";
import { cacheShape, type Network, positionProgram } from "./network.js";

/** Draws images with the keys and values of earlier positions kept on the device. */
export const drawingOf = (network: Network, image: ImageShape): SymbolDrawing => ({
  symbols: network.symbols,
  image,
  stream: "image-gpt/draw",
  async open(host, { size, annotations }) {
    const run = await host.updating(`position.${size}`, (scope) =>
      positionProgram(scope.child("network"), network, size),
    );
    const state = await host.allocate([cacheGroup(cacheShape(network, size))]);
    return {
      async next(position, symbol) {
        const feeds = { ...annotations, symbol, position: Int32Array.of(position) };
        return (await run.run({ state, feeds })).logits as Float32Array;
      },
      close: () => state.release(),
    };
  },
});
