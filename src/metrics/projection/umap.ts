import { ConfigError, DataError } from "../../core/errors.js";
import type { WorkOptions } from "../../core/loaded-model.js";
import { stream } from "../../runtime/random.js";
import type { Features } from "../features.js";
import type { Projection } from "./projection.js";

export interface UmapOptions extends WorkOptions {
  /** Neighbours that decide an image's surroundings; 15 by default. */
  readonly neighbours?: number;
  /** Least distance between points of the picture; 0.1 by default. */
  readonly minDistance?: number;
  readonly seed?: number;
}

/**
 * Places features in the plane so that neighbours stay neighbours. Distances between clusters, and
 * their sizes, mean little.
 *
 * @throws DataError when there are no more images than neighbours
 * @throws ConfigError when an option is out of range
 * @source McInnes, Healy & Melville 2018, arXiv:1802.03426, by the package `umap-js`
 */
export async function umap(
  { count, width, values }: Features,
  options: UmapOptions = {},
): Promise<Projection> {
  const { neighbours = 15, minDistance = 0.1, seed = 0, signal, onProgress } = options;
  if (!Number.isInteger(neighbours) || neighbours < 2) {
    throw new ConfigError(
      `the number of neighbours must be a whole number from 2, not ${neighbours}`,
    );
  }
  if (!(minDistance >= 0 && minDistance <= 1)) {
    throw new ConfigError(`the least distance must be in [0, 1], not ${minDistance}`);
  }
  if (count <= neighbours) {
    throw new DataError(`UMAP with ${neighbours} neighbours needs more images than ${count}`);
  }
  const { UMAP } = await import("umap-js");
  const placing = new UMAP({ nNeighbors: neighbours, minDist: minDistance, random: uniform(seed) });
  const rows = Array.from({ length: count }, (_, image) =>
    Array.from(values.subarray(image * width, (image + 1) * width)),
  );
  const epochs = placing.initializeFit(rows);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    signal?.throwIfAborted();
    placing.step();
    onProgress?.(epoch, epochs);
    if (epoch % EPOCHS_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return { points: Float64Array.from(placing.getEmbedding().flat()), shares: null };
}

/** Epochs between two turns of the event loop, in which progress is shown and Ctrl-C is heard. */
const EPOCHS_A_TURN = 5;

const BLOCK = 4096;

/** Random numbers in [0, 1) from a seed, one at a time. */
function uniform(seed: number): () => number {
  const numbers = stream(seed, "umap");
  const block = new Float64Array(BLOCK);
  let drawn = 0;
  return () => {
    if (drawn % BLOCK === 0) numbers.uniform(block, drawn);
    return block[drawn++ % BLOCK];
  };
}
