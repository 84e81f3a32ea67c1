import {
  type Assembly,
  assemble,
  type CutPatches,
  cutPatches,
  type Patches,
  shuffledPatches,
} from "../../core/capabilities/assemble.js";
import type { ImageSource, Images } from "../../core/images.js";
import type { LoadedModel, WorkOptions } from "../../core/loaded-model.js";

export interface AssemblingOptions extends WorkOptions {
  /** Draws of each image. */
  readonly draws: number;
  /** Of the order of the patches and of the draws, which have consecutive seeds. */
  readonly seed: number;
}

/** What a model makes of patches. */
export interface Assembled {
  /** With the likeliest places and without noise. */
  readonly likeliest: Assembly;
  /** With places and noise drawn. */
  readonly draws: readonly Assembly[];
}

/** Images, their patches in an order that says nothing, and what a model makes of these. */
export interface Reassembled extends Assembled {
  readonly cut: CutPatches;
}

/** Assembles patches once by the likeliest places, and so many times by draws. */
export async function assembledFrom(
  model: LoadedModel,
  patches: Patches,
  { draws, seed, ...work }: AssemblingOptions,
): Promise<Assembled> {
  const likeliest = await assemble(model, patches, { ...work, temperature: 0 });
  const drawn: Assembly[] = [];
  for (let draw = 0; draw < draws; draw++) {
    drawn.push(await assemble(model, patches, { ...work, seed: seed + draw }));
  }
  return { likeliest, draws: drawn };
}

/** Cuts images, shuffles the patches of each, and assembles them. */
export async function reassembled(
  model: LoadedModel,
  source: ImageSource,
  options: AssemblingOptions,
): Promise<Reassembled> {
  const { draws: _, seed, onProgress: __, ...silent } = options;
  const cut = shuffledPatches(model, await cutPatches(model, source, silent), seed);
  return { cut, ...(await assembledFrom(model, cut, options)) };
}

/** The wholes of some draws. */
export const wholesOf = (draws: readonly Assembly[]): Images[] => draws.map(({ whole }) => whole);
