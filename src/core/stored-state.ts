import type { GroupSpec, StateValues } from "../runtime/program.js";
import type { DType, HostArray } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import { RunError } from "./errors.js";
import { brief } from "./printable.js";
import type { StoredDType, StoredTensor } from "./safetensors.js";

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

/**
 * Reads the values of state from a file's tensors.
 *
 * @param others  what to do with tensors that no group has a slot for
 * @throws RunError naming each tensor that is missing, unexpected, not finite or of another shape
 *   or type
 */
export function valuesOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  groups: readonly GroupSpec[],
  { source, others = "refuse" }: { source: string; others?: "refuse" | "ignore" },
): Map<string, HostArray> {
  const values = new Map<string, HostArray>();
  const problems: string[] = [];
  for (const { name, shape, dtype } of slotsOf(groups)) {
    const tensor = tensors.get(name);
    if (tensor === undefined) problems.push(`lacks "${name}"`);
    else if (!sameShape(tensor.shape, shape) || !fits(tensor.dtype, dtype)) {
      problems.push(
        `has "${name}" as ${tensor.dtype} ${brief(tensor.shape)} instead of ${dtype} ${brief(shape)}`,
      );
    } else {
      const index = firstImpossible(name, tensor.data);
      if (index === undefined) values.set(name, tensor.data);
      else {
        problems.push(`has ${tensor.data[index]} at index ${index} of "${name}"`);
      }
    }
  }
  if (others === "refuse") {
    const known = new Set(Array.from(slotsOf(groups), ({ name }) => name));
    for (const name of tensors.keys())
      if (!known.has(name)) problems.push(`has ${brief(name)} besides`);
  }
  if (problems.length === 0) return values;
  const more = problems.length > 5 ? ` and ${problems.length - 5} more` : "";
  throw new RunError(
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
