import type { DataTraits } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";
import { cast, mul, round } from "../../tensor/ops/elementwise.js";
import { flatten, reshape, transpose } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { Symbols } from "./symbols.js";

/** More would make the last layer larger than all others. */
const MOST_SYMBOLS = 4096;

/**
 * Pixels as symbols. With a block of one pixel, each channel is a symbol, its level; otherwise a symbol is
 * a block of pixels with all channels, a digit of base `levels` for each of its values.
 *
 * @param id     the model's, for messages
 * @param block  its rows and columns, or one number for both
 * @throws ConfigError when pixels have no levels, blocks do not fill an image or are too many
 */
export function pixelSymbols(id: string, block: readonly number[], data: DataTraits): Symbols {
  const { channels, height, width, levels } = data;
  if (levels === null) {
    throw new ConfigError(
      `${id} needs pixels with a known number of levels, but these are real numbers; train on 8-bit images, or with --binarisation fixed or dynamic`,
    );
  }
  const [high, wide = high] = block;
  const blocks = `blocks of ${high}×${wide}`;
  if (height % high !== 0 || width % wide !== 0) {
    throw new ConfigError(`${id}: ${blocks} do not fill images of ${height}×${width}`);
  }
  const oneByOne = high * wide === 1;
  const values = oneByOne ? 1 : high * wide * channels;
  const count = levels ** values;
  if (count > MOST_SYMBOLS) {
    throw new ConfigError(
      `${id}: ${blocks} with ${levels} levels${channels > 1 ? ` and ${channels} channels` : ""} are ${count.toLocaleString("en")} symbols, and at most ${MOST_SYMBOLS.toLocaleString("en")} are possible; use block=1`,
    );
  }
  const [rows, columns] = [height / high, width / wide];
  const depth = oneByOne ? channels : 1;
  const weights = Array.from({ length: values }, (_, at) => levels ** at);
  const length = rows * columns * depth;
  /** The place in [C, H, W] of each value of the symbol at a position. */
  const pixelsOf = (position: number): number[] => {
    const [place, channel] = [Math.floor(position / depth), position % depth];
    const [top, left] = [Math.floor(place / columns) * high, (place % columns) * wide];
    const all = oneByOne ? [channel] : Array.from({ length: channels }, (_, at) => at);
    return all.flatMap((at) =>
      Array.from(
        { length: high * wide },
        (_, inBlock) =>
          (at * height + top + Math.floor(inBlock / wide)) * width + left + (inBlock % wide),
      ),
    );
  };
  const places = Array.from({ length }, (_, position) => pixelsOf(position));
  const levelOf = (symbol: number, at: number) => Math.floor(symbol / weights[at]) % levels;

  return {
    grid: [rows, columns],
    depth,
    count,
    describes: `probability of pixels of ${levels} levels, ${oneByOne ? "one by one" : `in ${blocks}`}`,
    read(_, pixelsUnit) {
      const numbers = round(mul(pixelsUnit, levels - 1));
      return cast(oneByOne ? channelsLast(numbers) : inBlocks(numbers), "int32");
    },
    async write(_, symbols, { size }) {
      const pixelsUnit = new Float32Array(size * channels * height * width);
      symbols.forEach((symbol, at) => {
        const image = Math.floor(at / length) * channels * height * width;
        places[at % length].forEach((pixel, value) => {
          pixelsUnit[image + pixel] = levelOf(symbol, value) / (levels - 1);
        });
      });
      return pixelsUnit;
    },
    allowed(position, known, symbol) {
      const given = places[position].map((pixel) => known[pixel % (height * width)] === 1);
      if (!given.includes(true)) return undefined;
      return Uint8Array.from({ length: count }, (_, other) =>
        Number(given.every((is, at) => !is || levelOf(other, at) === levelOf(symbol, at))),
      );
    },
  };

  /** [B, C, H, W] → [B, H · W · C] */
  function channelsLast(numbers: Tensor): Tensor {
    return flatten(transpose(numbers, [0, 2, 3, 1]));
  }

  /** [B, C, H, W] → [B, rows · columns] */
  function inBlocks(numbers: Tensor): Tensor {
    const batch = numbers.shape[0];
    const cut = reshape(numbers, [batch, channels, rows, high, columns, wide]);
    const together = reshape(transpose(cut, [0, 2, 4, 1, 3, 5]), [batch, rows * columns, values]);
    return sum(mul(together, constant(weights, [1, 1, values])), 2);
  }
}
