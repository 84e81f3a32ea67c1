import type { Host, SampleRequest } from "../../core/driven.js";
import type { Scope } from "../../nn/scope.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The order of an image's symbols: row by row, and place by place within a row. */
export interface SymbolGrid {
  /** Rows and columns of places. */
  readonly grid: readonly [number, number];
  /** Symbols of a place, one after the other: the channels of a pixel, else 1. */
  readonly depth: number;
}

/** Images as sequences of symbols from a finite set. */
export interface Symbols extends SymbolGrid {
  /** K */
  readonly count: number;
  /** What a negative log-likelihood of the symbols is that of, for a score's protocol. */
  readonly describes: string;
  /** T where symbols are tokens of another model, which a likelihood is then of in place of the pixels. */
  readonly tokens?: number;
  /** [B, C, H, W] in [0, 1] → integers in [0, K): [B, T] */
  read(scope: Scope, pixelsUnit: Tensor): Tensor;
  /**
   * Images of symbols.
   *
   * @param symbols  [size, T]
   * @param request  whether to draw pixels, where symbols leave a choice, and with what noise
   * @returns        [size, C, H, W] in [0, 1]
   */
  write(host: Host, symbols: Int32Array, request: Writing): Promise<Float32Array>;
  /** Traces the weights that only `write` uses, where it has some. */
  uses?(scope: Scope): void;
  /**
   * Which symbols a place may have where only some of its pixels are given.
   *
   * @param position    in [0, T)
   * @param known       [H · W] 1 where the pixel is given
   * @param symbol      the symbol of the image whose given pixels count
   * @returns           [K] 1 for those that agree; undefined where all may be
   */
  allowed?(position: number, known: Uint8Array, symbol: number): Uint8Array | undefined;
}

/**
 * Sees symbols as they are drawn.
 *
 * @param symbols  [size, T]
 * @param isDrawn  whether the symbol at an index of these is drawn or given
 */
export type Onlooker = (symbols: Int32Array, isDrawn: (at: number) => boolean) => Promise<void>;

export type Writing = Pick<SampleRequest, "size" | "first" | "seed" | "draw" | "temperature">;

/** T */
export const lengthOf = ({ grid: [rows, columns], depth }: SymbolGrid): number =>
  rows * columns * depth;
