import { describe, expect, test } from "vitest";
import * as t from "./index.js";

const of = (shape: t.Shape, dtype: t.DType = "float32") => t.input("x", shape, dtype);
const images = of(["B", 4, 8, 8]);
const filters = of([6, 4, 3, 3]);
const whole = of([2, 3], "int64");
const truth = of([2, 3], "bool");
const matrix = of([2, 3]);

/** Mistakes, each with the full message that the user reads. */
const mistakes: readonly [() => unknown, string][] = [
  [() => t.constant([1, 2], [3]), "constant: 2 elements do not fill the shape (operands: [3])"],
  [() => t.constant(0.5, [], "int64"), "constant: 0.5 is not a valid int64"],
  [() => t.constant(2, [], "bool"), "constant: 2 is not a valid bool"],
  [
    () => t.input("x", ["B", -1]),
    'input: "x" has a dimension that is neither a count nor a symbol (operands: [B, -1])',
  ],
  [() => t.add(matrix, of([4, 3])), "add: the shapes do not broadcast (operands: [2, 3], [4, 3])"],
  [
    () => t.add(matrix, whole),
    "add: the data types float32 and int64 differ; cast one (operands: [2, 3], [2, 3])",
  ],
  [() => t.mul(whole, 0.5), "mul: 0.5 is not a valid int64 (operands: [2, 3])"],
  [() => t.add(truth, truth), "add: needs numbers, not bool; cast it (operands: [2, 3])"],
  [() => t.neg(truth), "neg: needs numbers, not bool; cast it (operands: [2, 3])"],
  [() => t.exp(whole), "exp: needs a floating data type, not int64 (operands: [2, 3])"],
  [
    () => t.greater(matrix, of(["B"])),
    "greater: the shapes do not broadcast (operands: [2, 3], [B])",
  ],
  [
    () => t.notEqual(matrix, of([2])),
    "notEqual: the shapes do not broadcast (operands: [2, 3], [2])",
  ],
  [
    () => t.greaterEqual(truth, truth),
    "greaterEqual: needs numbers, not bool; cast it (operands: [2, 3])",
  ],
  [() => t.and(truth, matrix), "and: needs bool operands, not float32 (operands: [2, 3], [2, 3])"],
  [
    () => t.where(matrix, 1, 0),
    "where: the condition must be bool, not float32 (operands: [2, 3])",
  ],
  [
    () => t.where(truth, of([4]), 0),
    "where: the shapes do not broadcast (operands: [2, 3], [4], [])",
  ],
  [() => t.clip(matrix, 1, 0), "clip: the range [1, 0] is empty (operands: [2, 3])"],
  [
    () => t.straightThrough(matrix, of([1, 3])),
    "straightThrough: the shapes differ (operands: [2, 3], [1, 3])",
  ],

  [() => t.sum(matrix, 2), "sum: there is no axis 2 (operands: [2, 3])"],
  [() => t.mean(matrix, [0, -2]), "mean: an axis is repeated in [0, -2] (operands: [2, 3])"],
  [() => t.mean(whole), "mean: needs a floating data type, not int64 (operands: [2, 3])"],
  [() => t.max(of([0, 2]), 0), "max: cannot reduce an empty axis (operands: [0, 2])"],
  [() => t.argMax(of([0]), 0), "argMax: cannot reduce an empty axis (operands: [0])"],
  [
    () => t.topKIndices(of([3]), 4, 0),
    "topKIndices: there are no 4 largest elements (operands: [3])",
  ],
  [() => t.softmax(matrix, 5), "softmax: there is no axis 5 (operands: [2, 3])"],
  [() => t.softmax(whole, 0), "softmax: needs a floating data type, not int64 (operands: [2, 3])"],
  [() => t.variance(whole), "variance: needs a floating data type, not int64 (operands: [2, 3])"],

  [
    () => t.matmul(matrix, of([4, 5])),
    "matmul: the inner dimensions 3 and 4 differ (operands: [2, 3], [4, 5])",
  ],
  [
    () => t.matmul(matrix, of([4, 5]), { transposeA: true, transposeB: true }),
    "matmul: the inner dimensions 2 and 5 differ after transposing the first and the second (operands: [2, 3], [4, 5])",
  ],
  [
    () => t.matmul(of(["B", 2, 3]), of([4, 3, 1])),
    "matmul: the leading axes do not broadcast (operands: [B, 2, 3], [4, 3, 1])",
  ],
  [
    () => t.matmul(matrix, of([3])),
    "matmul: needs operands of rank 2 or more (operands: [2, 3], [3])",
  ],
  [
    () => t.matmul(matrix, of([3, 1], "float64")),
    "matmul: the data types float32 and float64 differ; cast one (operands: [2, 3], [3, 1])",
  ],

  [
    () => t.convolve2d(matrix, filters),
    "convolve2d: needs two operands of rank 4 (operands: [2, 3], [6, 4, 3, 3])",
  ],
  [
    () => t.convolve2d(images, filters, { groups: 2 }),
    "convolve2d: the channels do not match the filters with groups = 2 (operands: [B, 4, 8, 8], [6, 4, 3, 3])",
  ],
  [
    () => t.convolve2d(images, of([5, 2, 3, 3]), { groups: 2 }),
    "convolve2d: the channels do not match the filters with groups = 2 (operands: [B, 4, 8, 8], [5, 2, 3, 3])",
  ],
  [
    () => t.convolve2d(images, filters, { dilation: 5 }),
    "convolve2d: a window of 11 rows does not fit into 8 plus 0 of padding (operands: [B, 4, 8, 8], [6, 4, 3, 3])",
  ],
  [
    () => t.convolve2d(images, filters, { stride: 0 }),
    'convolve2d: the options {"stride":0} are out of range',
  ],
  [
    () => t.convolve2d(of([1, 4, "H", 8]), filters),
    "convolve2d: needs static spatial sizes (operands: [1, 4, H, 8], [6, 4, 3, 3])",
  ],
  [
    () => t.convolveTransposed2d(images, filters),
    "convolveTransposed2d: the channels do not match the filters with groups = 1 (operands: [B, 4, 8, 8], [6, 4, 3, 3])",
  ],
  [
    () => t.convolveTransposed2d(images, of([4, 2, 3, 3]), { stride: 2, outputPadding: 2 }),
    "convolveTransposed2d: the output padding 2, 2 is not in [0, stride) (operands: [B, 4, 8, 8], [4, 2, 3, 3])",
  ],
  [
    () => t.convolveTransposed2d(images, of([4, 2, 3, 3]), { padding: 5 }),
    "convolveTransposed2d: a padding of 10 leaves no output (operands: [B, 4, 8, 8], [4, 2, 3, 3])",
  ],
  [
    () => t.maxPool2d(images, { kernel: 2, padding: 2 }),
    'maxPool2d: the options {"kernel":2,"padding":2} are out of range',
  ],
  [
    () => t.averagePool2d(images, { kernel: 9 }),
    "averagePool2d: a window of 9 rows does not fit into 8 plus 0 of padding (operands: [B, 4, 8, 8])",
  ],
  [
    () => t.averagePool2d(matrix, { kernel: 2 }),
    "averagePool2d: needs [N, C, H, W] (operands: [2, 3])",
  ],
  [
    () => t.upsampleNearest2d(images, 1.5),
    "upsampleNearest2d: the factors must be positive integers, not 1.5, 1.5",
  ],
  [
    () => t.upsampleBilinear2d(of([1, 1, "H", 2]), 2),
    "upsampleBilinear2d: needs static spatial sizes (operands: [1, 1, H, 2])",
  ],

  [() => t.reshape(matrix, [4]), "reshape: the elements do not fill [4] (operands: [2, 3])"],
  [
    () => t.reshape(matrix, [4, -1]),
    "reshape: the elements do not fill [4, -1] (operands: [2, 3])",
  ],
  [() => t.reshape(matrix, [-1, -1]), "reshape: [-1, -1] is not a valid shape (operands: [2, 3])"],
  [
    () => t.reshape(of(["B", 3]), [3, "T"]),
    "reshape: the elements do not fill [3, T] (operands: [B, 3])",
  ],
  [() => t.expandDims(matrix, 3), "expandDims: cannot insert an axis at 3 (operands: [2, 3])"],
  [() => t.squeeze(matrix, 0), "squeeze: axis 0 does not have length 1 (operands: [2, 3])"],
  [
    () => t.transpose(matrix, [0]),
    "transpose: [0] is not a permutation of the axes (operands: [2, 3])",
  ],
  [
    () => t.broadcastTo(matrix, [2, 2, 4]),
    "broadcastTo: cannot broadcast to [2, 2, 4] (operands: [2, 3])",
  ],
  [
    () => t.slice(matrix, [{ start: 1, end: 3 }]),
    "slice: axis 0 has no range 1:3:1 (operands: [2, 3])",
  ],
  [
    () => t.sliceAxis(images, 0, { end: 1 }),
    "slice: axis 0 is symbolic and cannot be cut (operands: [B, 4, 8, 8])",
  ],
  [() => t.slice(matrix, [null, null, null]), "slice: got 3 ranges for rank 2 (operands: [2, 3])"],
  [() => t.concat([], 0), "concat: needs at least one tensor"],
  [
    () => t.concat([matrix, of([2, 4])], 0),
    "concat: the shapes differ on an axis other than 0 (operands: [2, 3], [2, 4])",
  ],
  [
    () => t.concat([of(["B", 1]), of([2, 1])], 0),
    "concat: the lengths on axis 0 cannot be added (operands: [B, 1], [2, 1])",
  ],
  [() => t.stack([]), "stack: needs at least one tensor"],
  [() => t.stack([matrix, of([2, 4])]), "stack: the shapes differ (operands: [2, 3], [2, 4])"],
  [
    () => t.split(matrix, [1, 1], 1),
    "split: the lengths 1, 1 add up to 2 on axis 1 (operands: [2, 3])",
  ],
  [
    () => t.split(of(["2*B"]), ["B", 1], 0),
    "split: the lengths B, 1 cannot be added on axis 0 (operands: [2*B])",
  ],
  [() => t.tile(matrix, [2]), "tile: got 1 repeats for rank 2 (operands: [2, 3])"],
  [() => t.tile(matrix, [1, 0.5]), "tile: the repeats [1, 0.5] must be counts (operands: [2, 3])"],
  [() => t.pad(matrix, [[-1, 0]]), "pad: the widths [[-1,0]] are invalid (operands: [2, 3])"],
  [
    () => t.pad(of(["B"]), [[1, 0]]),
    "pad: axis 0 is symbolic and cannot be padded (operands: [B])",
  ],

  [
    () => t.gather(matrix, of([1])),
    "gather: the indices must be int64 or int32, not float32 (operands: [1])",
  ],
  [
    () => t.takeAlong(matrix, of([3, 1], "int64"), 1),
    "takeAlong: the shapes may differ only on axis 1 (operands: [2, 3], [3, 1])",
  ],
  [
    () => t.scatterAdd(matrix, whole, 1, 4),
    "scatterAdd: updates and indices differ in shape from axis 1 on (operands: [2, 3], [2, 3])",
  ],

  [() => t.grad(matrix, { x: matrix }), "grad: the loss must be a float scalar (operands: [2, 3])"],
  [
    () => t.grad(t.sum(matrix), { steps: { count: whole } }),
    'grad: the parameter "steps.count" is int64, not a float (operands: [2, 3])',
  ],
  [
    () => t.scan((h, x) => ({ state: h, output: x }), matrix, images, 0),
    "scan: needs a static, non-empty axis 0 (operands: [B, 4, 8, 8])",
  ],
];

describe("an error names the operator and the shapes of its operands", () => {
  test.each(mistakes.map(([make, message]) => [message, make] as const))("%s", (message, make) => {
    let caught: unknown;
    try {
      make();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(t.ShapeError);
    expect((caught as t.ShapeError).message).toBe(message);
  });
});
