import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Parts } from "../../../core/model.js";
import { lengthOf, type Symbols } from "../../symbols/symbols.js";
import { tokenSymbols } from "../../symbols/token-symbols.js";
import type { DalleConfig } from "./config.js";

/** What all programs of a model share. */
export interface Setup {
  readonly config: DalleConfig;
  /** The image's tokens. */
  readonly symbols: Symbols;
  /** N, the number of an image's tokens. */
  readonly imageLength: number;
  /** L, the most words of a caption. */
  readonly textLength: number;
  /** Words of the vocabulary, the padding included. */
  readonly words: number;
}

export const TOKENISER = "tokeniser";
/** Attention over more positions would take gigabytes for a single batch. */
const MOST_POSITIONS = 2048;

/** @throws ConfigError when the configuration, the data and the parts do not fit together */
export function setupOf(
  config: DalleConfig,
  { annotations: { caption } }: DataTraits,
  parts: Parts,
): Setup {
  const { features, heads, order, attention } = config;
  if (features % heads !== 0) {
    throw new ConfigError(`dalle: ${heads} heads do not divide ${features} features`);
  }
  if (order === "masked" && attention.some((kind) => kind !== "full")) {
    throw new ConfigError(
      `dalle: attention=${attention.join(",")} needs order=raster; with order=masked every place sees all others, so leave attention out`,
    );
  }
  if (caption === undefined) {
    throw new ConfigError(
      "dalle needs images with captions, such as scenes or emoji-google, but these have none",
    );
  }
  const symbols = tokenSymbols(TOKENISER, parts[TOKENISER]);
  const imageLength = lengthOf(symbols);
  const length = caption.length + imageLength;
  if (length > MOST_POSITIONS) {
    throw new ConfigError(
      `dalle: ${caption.length} words and ${imageLength} image tokens are ${length.toLocaleString("en")} positions, and at most ${MOST_POSITIONS.toLocaleString("en")} are possible; train a tokeniser that halves images more often`,
    );
  }
  return {
    config,
    symbols,
    imageLength,
    textLength: caption.length,
    words: caption.vocabulary.length,
  };
}
