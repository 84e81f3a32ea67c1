import { placeOf } from "../nn/scope.js";
import type { GroupSpec, StateValues } from "../runtime/program.js";
import type { DType, HostArray } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import type { DataTraits } from "./batch.js";
import { RunError } from "./errors.js";
import type { Model } from "./model.js";
import { brief } from "./printable.js";
import type { StoredDType, StoredTensor } from "./safetensors.js";
import { weightGroups } from "./state.js";

const STORED_AS: Readonly<Record<DType, StoredDType>> = {
  float32: "F32",
  float64: "F64",
  int32: "I32",
  int64: "I64",
  bool: "BOOL",
};

/**
 * Turns state into the tensors of a file, by full name `group.slot`.
 *
 * @param half  store float32 as float16, rounded to nearest: half the size, about 3 digits
 * @throws RunError when a value is missing or not finite
 */
export function tensorsOf(
  groups: readonly GroupSpec[],
  values: StateValues,
  { half = false } = {},
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, dtype } of slotsOf(groups)) {
    const data = values.get(name);
    if (data === undefined) throw new RunError(`the state has no value for "${name}"`);
    const diverged = firstImpossible(name, data);
    if (diverged !== undefined) {
      throw new RunError(
        `"${name}" has ${data[diverged]} at index ${diverged}, so the training has diverged; nothing was ` +
          "written. Lower the learning rate or clip the gradient",
      );
    }
    const stored = half && dtype === "float32" ? "F16" : STORED_AS[dtype];
    tensors.set(name, { dtype: stored, shape, data });
  }
  return tensors;
}

interface Reading {
  /** The file's name, for messages. */
  readonly source: string;
  /** What to do with tensors that no group has a slot for. */
  readonly others?: "refuse" | "ignore";
  /** Full names of values that are not read, whether the file has them or not; none by default. */
  readonly omit?: ReadonlySet<string>;
}

/**
 * The weights of a model that a file's tensors hold. What a configuration asks is bounded by them: the
 * first variable that they lack ends the tracing of a model, however large the rest of it would be.
 *
 * @throws RunError as {@link valuesOf}
 */
export function weightsIn(
  tensors: ReadonlyMap<string, StoredTensor>,
  model: Model,
  data: DataTraits,
  reading: Reading,
): Map<string, HostArray> {
  const groups = weightGroups(model, data, ({ kind, path, shape, dtype }) => {
    if (kind === "memory") return;
    const { group, slot } = placeOf(kind, path);
    if (reading.omit?.has(`${group}.${slot}`)) return;
    const problem = misshape(`${group}.${slot}`, tensors, shape, dtype);
    if (problem !== undefined) throw misfit(reading.source, [problem]);
  });
  return valuesOf(tensors, groups, reading);
}

/**
 * Reads the values of state from a file's tensors.
 *
 * @throws RunError naming each tensor that is missing, unexpected, of another shape or type, or not
 *                  finite
 */
export function valuesOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  groups: readonly GroupSpec[],
  { source, others = "refuse", omit }: Reading,
): Map<string, HostArray> {
  const values = new Map<string, HostArray>();
  const problems: string[] = [];
  for (const { name, shape, dtype } of slotsOf(groups)) {
    if (omit?.has(name)) continue;
    const tensor = tensors.get(name);
    const problem = misshape(name, tensors, shape, dtype) ?? divergence(name, tensors);
    if (problem !== undefined) problems.push(problem);
    else if (tensor !== undefined) values.set(name, tensor.data);
  }
  if (others === "refuse") {
    const known = new Set(Array.from(slotsOf(groups), ({ name }) => name));
    for (const name of tensors.keys()) {
      if (!known.has(name)) problems.push(`has ${brief(name)} besides`);
    }
  }
  if (problems.length > 0) throw misfit(source, problems);
  return values;
}

/** Describes a wrong shape or type of a file's tensor; undefined where it fits the state. */
function misshape(
  name: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  shape: readonly number[],
  dtype: DType,
): string | undefined {
  const tensor = tensors.get(name);
  if (tensor === undefined) return `lacks "${name}"`;
  if (sameShape(tensor.shape, shape) && fits(tensor.dtype, dtype)) return undefined;
  return `has "${name}" as ${tensor.dtype} ${brief(tensor.shape)} instead of ${dtype} ${brief(shape)}`;
}

function divergence(name: string, tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
  const data = tensors.get(name)?.data;
  const index = data && firstImpossible(name, data);
  return index === undefined ? undefined : `has ${data?.[index]} at index ${index} of "${name}"`;
}

function misfit(source: string, problems: readonly string[]): RunError {
  const more = problems.length > 5 ? ` and ${problems.length - 5} more` : "";
  return new RunError(
    `${source} does not fit the model: it ${problems.slice(0, 5).join(", ")}${more}`,
  );
}

function* slotsOf(groups: readonly GroupSpec[]) {
  for (const { name: group, dtype, slots } of groups) {
    for (const { name, shape } of slots) yield { name: `${group}.${name}`, shape, dtype };
  }
}

function fits(stored: StoredDType, dtype: DType): boolean {
  if (dtype === "float32") return ["F32", "F16", "BF16"].includes(stored);
  return stored === STORED_AS[dtype];
}

/** Log-probabilities; that of an impossible outcome is −∞. */
const LOG_PROBABILITIES = /[.](logProbs|logWeights|logits)$/;

/**
 * The index of the first value that no sound training leaves behind and that would spread silently.
 */
function firstImpossible(name: string, data: HostArray): number | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  const least = LOG_PROBABILITIES.test(name) ? Number.NEGATIVE_INFINITY : -Number.MAX_VALUE;
  const index = data.findIndex((value) => !(value >= least && value <= Number.MAX_VALUE));
  return index < 0 ? undefined : index;
}
