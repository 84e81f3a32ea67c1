import {
  type Assembled,
  advance,
  assemble,
  type Code,
  get,
  loop,
  PAGE,
  repeat,
  set,
} from "../runtime/assembly.js";
import { add, load, loadSplat, mul, store, sub, zero } from "../runtime/assembly-float64.js";

/**
 * Sums of products in WebAssembly with vectors of two float64, each with a second number for what
 * rounding loses.
 *
 * A sum starts from an anchor so large that it keeps its power of two whatever is added. Then each
 * addition rounds to the same grid, and its error is exact after two more operations, not five
 * (Dekker's FastTwoSum; the anchor is that of Demmel & Nguyen 2013, "Fast reproducible floating-point
 * summation").
 */

// Parameters, then locals.
const [LEFT, RIGHT, IMAGES, GROUPS, OUT] = [0, 1, 2, 3, 4];
const [AT, COUNT] = [5, 6];
const [S0, S1, X0, X1, TERM, SUM] = [7, 8, 9, 10, 11, 12];
const FIRST_SUM = 13;

/** Two features on the left times four on the right, as two vectors each. */
const TILE = [
  [S0, X0],
  [S0, X1],
  [S1, X0],
  [S1, X1],
] as const;
const sumOf = (cell: number) => FIRST_SUM + 2 * cell;
const lostOf = (cell: number) => FIRST_SUM + 2 * cell + 1;

const addProduct = (scale: number, values: number, cell: number): Code =>
  [
    ...[get(scale), get(values), mul, set(TERM)],
    ...[get(sumOf(cell)), get(TERM), add, set(SUM)],
    ...[get(lostOf(cell)), get(TERM), get(SUM), get(sumOf(cell)), sub, sub, add],
    ...[set(lostOf(cell)), get(SUM), set(sumOf(cell))],
  ].flat();

/** Bytes of a group of four features of an image, and of the sums and errors of a tile. */
const GROUP = 32;
const CELLS = 128;

const body: Code = loop(
  ...TILE.flatMap((_, cell) => [
    ...[get(OUT), load(16 * cell), set(sumOf(cell)), zero, set(lostOf(cell))],
  ]),
  ...[get(LEFT), set(AT), get(IMAGES), set(COUNT)],
  loop(
    ...[get(AT), loadSplat(0), set(S0), get(AT), loadSplat(8), set(S1)],
    ...[get(RIGHT), load(0), set(X0), get(RIGHT), load(16), set(X1)],
    ...TILE.map(([scale, values], cell) => addProduct(scale, values, cell)),
    ...[advance(AT, GROUP), advance(RIGHT, GROUP), repeat(COUNT)],
  ),
  ...TILE.flatMap((_, cell) => [
    ...[get(OUT), get(sumOf(cell)), store(16 * cell)],
    ...[get(OUT), get(lostOf(cell)), store(64 + 16 * cell)],
  ]),
  ...[advance(OUT, CELLS), repeat(GROUPS)],
);

const MOST_BYTES = 2 ** 22;
/** Images of a block: with more, what is lost might itself be rounded. */
const MOST_IMAGES = 256;
/** Features with larger or smaller powers of two would leave the range of float64. */
const [SMALLEST, LARGEST] = [2 ** -400, 2 ** 400];

/** Receives the sum of products of two features, as rounded, and what that lost. */
export type OnProduct = (i: number, j: number, sum: number, lost: number) => void;

/** Adds up products of features. */
export interface ProductKernel {
  /** Images of a block at most. */
  readonly images: number;
  /**
   * Products of features i and j ≥ i, summed over the images `first` … `first + count − 1`.
   *
   * @param values  [images, width]
   * @returns       whether it could: features may be too large or too small
   */
  products(values: Float64Array, first: number, count: number, visit: OnProduct): boolean;
}

/** The kernel for features of a width; undefined where there are no vectors or the width is too large. */
export function productKernel(width: number): ProductKernel | undefined {
  const groups = Math.ceil(width / 4);
  const images = 2 ** Math.floor(Math.log2(Math.min(MOST_IMAGES, MOST_BYTES / (GROUP * groups))));
  if (images < 1) return undefined;
  const outBytes = groups * CELLS;
  const pages = Math.ceil((groups * images * GROUP + outBytes) / PAGE);
  const compiled = compiledWith(pages);
  if (compiled === undefined) return undefined;
  const memory = new Float64Array(compiled.memory);
  const out = (groups * images * GROUP) / 8;
  const scales = new Float64Array(4 * groups);
  return {
    images,
    products(values, first, count, visit) {
      if (!pack(values, first, count, width, memory, scales)) return false;
      const bytes = count * GROUP;
      for (let i = 0; i < width; i += 2) {
        const group = i >> 2;
        // The sum of all terms stays below a third of the anchor.
        const anchors = [3 * images * scales[i], 3 * images * scales[i + 1]];
        for (let j = group * 4, at = out; j < 4 * groups; j += 4, at += CELLS / 8) {
          for (let cell = 0; cell < 8; cell++) {
            memory[at + cell] = anchors[cell >> 2] * scales[j + (cell & 3)];
          }
        }
        const left = group * bytes + 8 * (i & 3);
        compiled.functions.products(left, group * bytes, count, groups - group, out * 8);
        for (let j = group * 4, at = out; j < width; j += 4, at += CELLS / 8) {
          for (let cell = 0; cell < 8; cell++) {
            const [row, column] = [i + (cell >> 2), j + (cell & 3)];
            if (column < row || column >= width) continue;
            const sum = memory[at + cell] - anchors[cell >> 2] * scales[column];
            visit(row, column, sum, memory[at + cell + 8]);
          }
        }
      }
      return true;
    },
  };
}

/** Compiled code by its pages of memory, which each call fills again. */
const compiled = new Map<number, Assembled | undefined>();

function compiledWith(pages: number): Assembled | undefined {
  if (!compiled.has(pages)) {
    const code = { name: "products", parameters: 5, numbers: 2, vectors: 14, body };
    compiled.set(pages, assemble([code], pages));
  }
  return compiled.get(pages);
}

/**
 * Copies a block of images as [groups, count, 4], and finds a power of two above each feature.
 *
 * @returns  whether all are in range
 */
function pack(
  values: Float64Array,
  first: number,
  count: number,
  width: number,
  memory: Float64Array,
  scales: Float64Array,
): boolean {
  scales.fill(0);
  for (let image = 0; image < count; image++) {
    const from = (first + image) * width;
    for (let j = 0; j < scales.length; j++) {
      const value = j < width ? values[from + j] : 0;
      memory[((j >> 2) * count + image) * 4 + (j & 3)] = value;
      const size = Math.abs(value);
      if (size > scales[j]) scales[j] = size;
    }
  }
  for (let j = 0; j < width; j++) {
    const largest = scales[j];
    if (largest === 0) continue;
    if (!(largest > SMALLEST && largest < LARGEST)) return false;
    scales[j] = 2 ** (Math.floor(Math.log2(largest)) + 1);
    if (scales[j] <= largest) scales[j] *= 2;
  }
  return true;
}
