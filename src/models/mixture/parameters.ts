import { RunError } from "../../core/errors.js";
import { constantValue, zeros } from "../../nn/initialisers.js";
import type { Scope } from "../../nn/scope.js";
import type { StateValues } from "../../runtime/program.js";
import type { HostArray } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Layout } from "./layout.js";
import { invertedTransposed } from "./linear-algebra.js";

const SCOPE = "mixture";

/**
 * Parameters of M components over D pixels, all float64.
 *
 * A covariance Σ = L Lᵀ is stored as the whitening matrix W = L⁻¹, because the density needs the squared
 * length of W (x − μ). Only the block rows of W's lower triangle are stored.
 */
export interface Parameters {
  /** [M] log probability of each component; with classes, jointly of class and component. */
  readonly logWeights: Tensor;
  /** [M, D] */
  readonly means: Tensor;
  /** Block rows of W: [matrices, end − start, end] each; none if covariances are diagonal. */
  readonly whitening: readonly Tensor[];
  /** 1 / standard deviation: [M, D] if covariances are diagonal, [M, 1] if spherical. */
  readonly inverseStd: Tensor | undefined;
}

export function parametersOf(root: Scope, layout: Layout): Parameters {
  const { components, length, blocks, matrices, covariance } = layout;
  const scope = root.child(SCOPE);
  const whitening = scope.child("whitening");
  const ones = constantValue(1);
  return {
    logWeights: scope.parameter("logWeights", [components], zeros, "float64"),
    means: scope.parameter("means", [components, length], zeros, "float64"),
    whitening: blocks.map(({ name, start, end }) =>
      whitening.parameter(name, [matrices, end - start, end], ones, "float64"),
    ),
    inverseStd:
      matrices > 0
        ? undefined
        : scope.parameter(
            "inverseStd",
            [components, covariance === "spherical" ? 1 : length],
            ones,
            "float64",
          ),
  };
}

/** {@link Parameters} on the host, row-major. */
export interface HostParameters {
  readonly logWeights: Float64Array;
  readonly means: Float64Array;
  readonly whitening: readonly Float64Array[];
  readonly inverseStd: Float64Array | undefined;
}

export function readParameters(values: StateValues, { blocks, matrices }: Layout): HostParameters {
  return {
    logWeights: float64(values, "logWeights"),
    means: float64(values, "means"),
    whitening: blocks.map(({ name }) => float64(values, `whitening.${name}`)),
    inverseStd: matrices > 0 ? undefined : float64(values, "inverseStd"),
  };
}

export function writeParameters(parameters: HostParameters, { blocks }: Layout): StateValues {
  const { logWeights, means, whitening, inverseStd } = parameters;
  return new Map<string, HostArray>([
    [nameOf("logWeights"), logWeights],
    [nameOf("means"), means],
    ...blocks.map(({ name }, block) => [nameOf(`whitening.${name}`), whitening[block]] as const),
    ...(inverseStd === undefined ? [] : [[nameOf("inverseStd"), inverseStd] as const]),
  ]);
}

const nameOf = (path: string): string => `parameters.${SCOPE}.${path}`;

function float64(values: StateValues, path: string): Float64Array {
  const value = values.get(nameOf(path));
  if (value instanceof Float64Array) return value;
  throw new RunError(`the weights have no float64 "${nameOf(path)}"`);
}

/** Assembles matrix number `matrix` from block rows, transposed: row j holds column j of W. [D, D] */
export function transposedOf(
  whitening: readonly Float64Array[],
  { blocks, length }: Layout,
  matrix: number,
): Float64Array {
  const whole = new Float64Array(length * length);
  blocks.forEach(({ start, end }, block) => {
    const first = matrix * (end - start) * end;
    for (let row = start; row < end; row++) {
      const from = first + (row - start) * end;
      for (let column = 0; column <= row; column++) {
        whole[column * length + row] = whitening[block][from + column];
      }
    }
  });
  return whole;
}

/**
 * Writes the whitening matrix of a covariance into block rows.
 *
 * @param factor  [D, D] lower triangular L with Σ = L Lᵀ
 */
export function packWhitening(
  factor: Float64Array,
  whitening: readonly Float64Array[],
  { blocks, length }: Layout,
  matrix: number,
): void {
  const transposed = invertedTransposed(factor, length);
  blocks.forEach(({ start, end }, block) => {
    const first = matrix * (end - start) * end;
    for (let row = start; row < end; row++) {
      const to = first + (row - start) * end;
      for (let column = 0; column <= row; column++) {
        whitening[block][to + column] = transposed[column * length + row];
      }
    }
  });
}

/** Zeroed arrays for block rows. */
export function emptyBlocks({ blocks, matrices }: Layout): Float64Array[] {
  return blocks.map(({ start, end }) => new Float64Array(matrices * (end - start) * end));
}
