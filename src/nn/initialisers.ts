import { Matrix, QrDecomposition } from "ml-matrix";
import { FigmentError } from "../tensor/errors.js";
import { elementCount } from "../tensor/shape.js";
import type { Initialiser } from "./scope.js";

/** The number of inputs of each output of a layer, and of outputs of each input. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Derives the fans from the shape of a weight. */
export type FanRule = (shape: readonly number[]) => Fans;

/**
 * Fans of `dense` `[out, in]` and `conv2d` `[out, in / groups, kH, kW]`, as PyTorch counts them.
 *
 * @throws FigmentError for a weight with fewer than two axes
 */
export const weightFans: FanRule = (shape) => {
  if (shape.length < 2) {
    throw new FigmentError(`a weight of shape [${shape}] has no fans: it needs two axes or more`);
  }
  const [out, into, ...kernel] = shape;
  const window = elementCount(kernel);
  return { fanIn: into * window, fanOut: out * window };
};

/**
 * True fans of `convTranspose2d` `[in, out / groups, kH, kW]`: an output sees one in `stride²` taps
 * of `in / groups` channels. {@link weightFans}, which PyTorch uses here too, swaps the first two
 * axes and ignores the stride.
 */
export function transposedConvFans(stride = 1, groups = 1): FanRule {
  return (shape) => {
    const { fanIn, fanOut } = weightFans(shape);
    return { fanIn: fanOut / groups / stride ** 2, fanOut: fanIn };
  };
}

/**
 * The fan whose variance is preserved: that of activations (forward) or of gradients (backward).
 */
export interface HeOptions {
  readonly mode?: "fanIn" | "fanOut";
  /** √2 by default, which preserves the variance through a rectifier. */
  readonly gain?: number;
  readonly fans?: FanRule;
}

export interface GlorotOptions {
  readonly gain?: number;
  readonly fans?: FanRule;
}

/** All 0. */
export const zeros: Initialiser = (shape) => new Float32Array(elementCount(shape));

/** All of one value. */
export function constantValue(value: number): Initialiser {
  return (shape) => new Float32Array(elementCount(shape)).fill(value);
}

/** All 1. */
export const ones: Initialiser = constantValue(1);

/** N(mean, std²) */
export function normalValues(std = 1, mean = 0): Initialiser {
  return (shape, stream) => draw(shape, stream.normal, (value) => mean + std * value);
}

/** U[−bound, bound) */
export function uniformValues(bound: number): Initialiser {
  return (shape, stream) => draw(shape, stream.uniform, (value) => (2 * value - 1) * bound);
}

/** Number of elements to draw at a time. */
const CHUNK = 2 ** 14;

/** Draws and maps in float64 and rounds once; in chunks, which need a third of the memory. */
function draw(
  shape: readonly number[],
  fill: (out: Float64Array, offset: number) => void,
  map: (value: number) => number,
): Float32Array {
  const values = new Float32Array(elementCount(shape));
  const chunk = new Float64Array(Math.min(CHUNK, values.length));
  for (let offset = 0; offset < values.length; offset += CHUNK) {
    const part = chunk.subarray(0, values.length - offset);
    fill(part, offset);
    for (let index = 0; index < part.length; index++) values[offset + index] = map(part[index]);
  }
  return values;
}

/** U(±gain·√(6 / (fanIn + fanOut))). @source Glorot & Bengio 2010, AISTATS, equation 16 */
export function glorotUniform({ gain = 1, fans = weightFans }: GlorotOptions = {}): Initialiser {
  return (shape, stream) => {
    const { fanIn, fanOut } = fans(shape);
    return uniformValues(gain * Math.sqrt(6 / (fanIn + fanOut)))(shape, stream);
  };
}

/** N(0, gain²·2 / (fanIn + fanOut)). @source Glorot & Bengio 2010, AISTATS, equation 12 */
export function glorotNormal({ gain = 1, fans = weightFans }: GlorotOptions = {}): Initialiser {
  return (shape, stream) => {
    const { fanIn, fanOut } = fans(shape);
    return normalValues(gain * Math.sqrt(2 / (fanIn + fanOut)))(shape, stream);
  };
}

/** U(±gain·√(3 / fan)). @source He, Zhang, Ren & Sun 2015, arXiv:1502.01852, equation 10 */
export function heUniform(options: HeOptions = {}): Initialiser {
  return (shape, stream) => uniformValues(Math.sqrt(3) * heStd(shape, options))(shape, stream);
}

/** N(0, gain² / fan). @source He, Zhang, Ren & Sun 2015, arXiv:1502.01852, equation 10 */
export function heNormal(options: HeOptions = {}): Initialiser {
  return (shape, stream) => normalValues(heStd(shape, options))(shape, stream);
}

function heStd(
  shape: readonly number[],
  { mode = "fanIn", gain = Math.SQRT2, fans = weightFans }: HeOptions,
): number {
  return gain / Math.sqrt(fans(shape)[mode]);
}

/**
 * A weight with orthonormal rows (or columns, where they are fewer), times `gain`. The axes after
 * the first count as one. Drawn uniformly from all such matrices.
 *
 * @source Saxe, McClelland & Ganguli 2014, arXiv:1312.6120; sign rule of Mezzadri 2007,
 *         arXiv:math-ph/0609050
 */
export function orthogonal(gain = 1): Initialiser {
  return (shape, stream) => {
    const rows = shape[0] ?? 1;
    const columns = elementCount(shape.slice(1));
    const [long, short] = rows >= columns ? [rows, columns] : [columns, rows];
    const draws = new Float64Array(long * short);
    stream.normal(draws);
    const decomposition = new QrDecomposition(Matrix.from1DArray(long, short, Array.from(draws)));
    const q = decomposition.orthogonalMatrix;
    const r = decomposition.upperTriangularMatrix;
    const result = new Float32Array(rows * columns);
    for (let i = 0; i < long; i++) {
      for (let j = 0; j < short; j++) {
        const value = gain * q.get(i, j) * (r.get(j, j) < 0 ? -1 : 1);
        result[rows >= columns ? i * short + j : j * long + i] = value;
      }
    }
    return result;
  };
}

/**
 * U(±1/√fanIn), the default of `torch.nn` for weights of linear and convolutional layers; there it
 * is written `kaiming_uniform_(a=√5)`.
 */
export const pytorchDefault: Initialiser = (shape, stream) =>
  pytorchDefaultBias(shape)(shape, stream);

/** The default of `torch.nn` for a bias: U(±1/√fanIn), with the fan of the layer's weight. */
export function pytorchDefaultBias(weightShape: readonly number[]): Initialiser {
  return uniformValues(1 / Math.sqrt(weightFans(weightShape).fanIn));
}
