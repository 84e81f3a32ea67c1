import { createHash } from "node:crypto";
import { z } from "zod";
import { RunError } from "../core/errors.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredDType,
  type StoredTensor,
} from "../core/safetensors.js";
import type { GroupSpec, StateValues } from "../runtime/program.js";
import type { DType, HostArray } from "../tensor/dtype.js";
import { jsonObject, parseDocument } from "./json-document.js";

const CHECKPOINT_FORMAT = 1;

/** Keys of the safetensors metadata: what the checkpoint says of itself, and its checksum. */
const INFO = "figment.checkpoint";
const CHECKSUM = "sha256";
const BLANK = "0".repeat(64);

const bestSchema = z.strictObject({ metric: z.string(), value: z.number() });

const infoSchema = z.strictObject({
  /** Training steps done. */
  step: z.int().min(0),
  /** Passes over the training data done. */
  epoch: z.int().min(0),
  /** The metric by which these weights are the best, and its value. */
  best: bestSchema.optional(),
  /** Whatever else the writer needs to go on. */
  extra: jsonObject,
});

const infoDocument = {
  schema: infoSchema.extend({ format: z.literal(CHECKPOINT_FORMAT) }),
  format: CHECKPOINT_FORMAT,
};

export type CheckpointInfo = z.output<typeof infoSchema>;

const STORED_AS: Readonly<Record<DType, StoredDType>> = {
  float32: "F32",
  float64: "F64",
  int32: "I32",
  int64: "I64",
  bool: "BOOL",
};

/**
 * State as the tensors of a file, by full name `group.slot`.
 *
 * @param half  store float32 as float16, rounded to the nearest: half the size, about 3 digits
 * @throws RunError when a value is missing
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
    const stored = half && dtype === "float32" ? "F16" : STORED_AS[dtype];
    tensors.set(name, { dtype: stored, shape, data });
  }
  return tensors;
}

/**
 * The values of state that a file's tensors hold.
 *
 * @param others  what to do with tensors that no group has a slot for
 * @throws RunError naming each tensor that is missing, superfluous or of another shape or type
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
    else if (tensor.shape.join() !== shape.join() || !fits(tensor.dtype, dtype)) {
      problems.push(
        `has "${name}" as ${tensor.dtype} [${tensor.shape}] in place of ${dtype} [${shape}]`,
      );
    } else values.set(name, tensor.data);
  }
  if (others === "refuse") {
    const known = new Set(Array.from(slotsOf(groups), ({ name }) => name));
    for (const name of tensors.keys()) if (!known.has(name)) problems.push(`has "${name}" besides`);
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

/**
 * The bytes of a checkpoint: a safetensors file whose metadata entry `sha256` is the SHA-256, in
 * hexadecimal, of the very file with those 64 digits written as zeros.
 *
 * @throws RunError when the information cannot be kept as JSON, such as a number that is not finite
 */
export function encodeCheckpoint(
  tensors: ReadonlyMap<string, StoredTensor>,
  info: CheckpointInfo,
): Uint8Array {
  const infoText = JSON.stringify({ format: CHECKPOINT_FORMAT, ...info });
  parseInfo(infoText, "the new checkpoint's information");
  const bytes = encodeSafetensors({ tensors, metadata: { [INFO]: infoText, [CHECKSUM]: BLANK } });
  const digits = digitsOf(bytes);
  digits.write(sha256(bytes), "latin1");
  return bytes;
}

/** The tensors of a checkpoint that is whole, and what it says of itself, unread. */
export interface VerifiedCheckpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly infoText: string;
}

/**
 * @param source  the file's name, for messages
 * @throws RunError when a byte is not what was written, or the file is no checkpoint
 */
export function verifyCheckpoint(bytes: Uint8Array, source: string): VerifiedCheckpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const { [INFO]: infoText, [CHECKSUM]: checksum } = metadata;
  if (infoText === undefined || checksum === undefined) {
    throw new RunError(`${source} holds tensors, but it is not a checkpoint of Figment`);
  }
  const copy = bytes.slice();
  const digits = digitsOf(copy);
  const written = digits.toString("latin1");
  digits.write(BLANK, "latin1");
  const found = sha256(copy);
  if (written !== found || checksum !== found) {
    throw new RunError(
      `${source} is damaged: its checksum should be ${checksum.slice(0, 12)}…, it is ${found.slice(0, 12)}…`,
    );
  }
  return { tensors, infoText };
}

/** @throws RunError when a newer Figment wrote it */
export function parseInfo(infoText: string, source: string): CheckpointInfo {
  const { format: _, ...info } = parseDocument(infoText, infoDocument, source);
  return info;
}

/**
 * The 64 digits of the checksum, in place. Within the header the text `"sha256":"` is found nowhere
 * but at that entry: within a string its quotes would be escaped, and other values are not strings.
 */
function digitsOf(bytes: Uint8Array): Buffer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const label = `"${CHECKSUM}":"`;
  const start = view.indexOf(label) + label.length;
  return view.subarray(start, start + BLANK.length);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
