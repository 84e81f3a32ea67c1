import {
  advance,
  assemble,
  type Code,
  get,
  i32Add,
  loop,
  PAGE,
  repeat,
  set,
} from "../../runtime/assembly.js";
import { add, load, loadSplat, mul, store, sub, zero } from "../../runtime/assembly-float64.js";

/**
 * The two passes over a matrix of a step of bidiagonalisation, four rows at a time, in WebAssembly with
 * vectors of two float64.
 */
export interface BidiagonalKernel {
  /** [rows, columns] row-major; `columns` is even. */
  readonly matrix: Float64Array;
  readonly columns: number;
  /** [columns] each, for the functions below. */
  readonly lefts: Float64Array;
  readonly right: Float64Array;
  readonly products: Float64Array;
  /** [12] left, rights and u of the four rows. */
  readonly ofRows: Float64Array;
  /** [8] two halves of the inner product of each row. */
  readonly halves: Float64Array;
  /** a[j] −= left · lefts[j] + rights · right[j], then products[j] += u · a[j], from an even column on. */
  update(row: number, from: number): void;
  /** halves = a · right, from an even column on. */
  multiply(row: number, from: number): void;
}

const four = [0, 1, 2, 3] as const;

/** Bytes of a vector. */
const VECTOR = 16;

// Pointers to the first row, the vectors and what belongs to rows; pairs of columns; bytes of a row.
const [ROW, LEFTS, RIGHT, PRODUCTS, OF_ROWS, PAIRS, STRIDE] = [0, 1, 2, 3, 4, 5, 6];
const pointer = (row: number) => 7 + row;
/** Vectors: 12 numbers of rows, then those of the two columns. */
const ofRow = (at: number) => 11 + at;
const [L, R, X, SUM] = [23, 24, 25, 26];

const pointers: Code = four.flatMap((row) => [
  ...get(row === 0 ? ROW : pointer(row - 1)),
  ...(row === 0 ? [] : [...get(STRIDE), ...i32Add]),
  ...set(pointer(row)),
]);

const update = {
  name: "update",
  parameters: 7,
  numbers: 4,
  vectors: 16,
  body: [
    pointers,
    ...Array.from({ length: 12 }, (_, at) =>
      [get(OF_ROWS), loadSplat(8 * at), set(ofRow(at))].flat(),
    ),
    loop(
      ...[get(LEFTS), load(0), set(L), get(RIGHT), load(0), set(R), zero, set(SUM)],
      ...four.flatMap((row) => [
        ...[get(pointer(row)), load(0), get(ofRow(row)), get(L), mul, sub],
        ...[get(ofRow(4 + row)), get(R), mul, sub, set(X)],
        ...[get(pointer(row)), get(X), store(0)],
        ...[
          get(SUM),
          get(ofRow(8 + row)),
          get(X),
          mul,
          add,
          set(SUM),
          advance(pointer(row), VECTOR),
        ],
      ]),
      ...[get(PRODUCTS), get(PRODUCTS), load(0), get(SUM), add, store(0)],
      ...[advance(LEFTS, VECTOR), advance(RIGHT, VECTOR), advance(PRODUCTS, VECTOR), repeat(PAIRS)],
    ),
  ].flat(),
};

const multiply = {
  name: "multiply",
  parameters: 7,
  numbers: 4,
  vectors: 16,
  body: [
    pointers,
    ...four.map((row) => [zero, set(ofRow(row))].flat()),
    loop(
      ...[get(RIGHT), load(0), set(R)],
      ...four.flatMap((row) => [
        ...[get(ofRow(row)), get(pointer(row)), load(0), get(R), mul, add, set(ofRow(row))],
        advance(pointer(row), VECTOR),
      ]),
      ...[advance(RIGHT, VECTOR), repeat(PAIRS)],
    ),
    ...four.map((row) => [get(OF_ROWS), get(ofRow(row)), store(16 * row)].flat()),
  ].flat(),
};

/** A kernel with memory for a matrix; undefined where there are no vectors. */
export function bidiagonalKernel(rows: number, width: number): BidiagonalKernel | undefined {
  const columns = width + (width % 2);
  const length = rows * columns;
  const pages = Math.ceil((8 * (length + 3 * columns + 20)) / PAGE);
  const compiled = assemble([update, multiply], pages);
  if (compiled === undefined) return undefined;
  const at = (first: number, count: number) => new Float64Array(compiled.memory, 8 * first, count);
  const [lefts, right, products, ofRows, halves] = [0, 1, 2, 3, 3].map(
    (vectors) => length + vectors * columns,
  );
  const call = (name: "update" | "multiply", row: number, from: number, last: number) =>
    compiled.functions[name](
      8 * (row * columns + from),
      ...[lefts, right, products].map((vectors) => 8 * (vectors + from)),
      8 * last,
      (columns - from) / 2,
      8 * columns,
    );
  return {
    matrix: at(0, length),
    columns,
    lefts: at(lefts, columns),
    right: at(right, columns),
    products: at(products, columns),
    ofRows: at(ofRows, 12),
    halves: at(halves + 12, 8),
    update: (row, from) => call("update", row, from, ofRows),
    multiply: (row, from) => call("multiply", row, from, halves + 12),
  };
}

/** The same kernel without vectors. */
export function plainKernel(rows: number, width: number): BidiagonalKernel {
  const columns = width + (width % 2);
  const [lefts, right, products] = [0, 1, 2].map(() => new Float64Array(columns));
  const [matrix, ofRows, halves] = [rows * columns, 12, 8].map((n) => new Float64Array(n));
  return {
    matrix,
    columns,
    lefts,
    right,
    products,
    ofRows,
    halves,
    update(row, from) {
      for (let j = from; j < columns; j++) {
        let sum = 0;
        for (let r = 0; r < 4; r++) {
          const at = (row + r) * columns + j;
          matrix[at] = matrix[at] - ofRows[r] * lefts[j] - ofRows[4 + r] * right[j];
          sum += ofRows[8 + r] * matrix[at];
        }
        products[j] += sum;
      }
    },
    multiply(row, from) {
      halves.fill(0);
      for (let r = 0; r < 4; r++) {
        const first = (row + r) * columns;
        for (let j = from; j < columns; j++)
          halves[2 * r + (j & 1)] += matrix[first + j] * right[j];
      }
    },
  };
}
