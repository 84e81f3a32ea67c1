import { createHash } from "node:crypto";
import { z } from "zod";
import { RunError } from "../core/errors.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../core/safetensors.js";
import { jsonObject, parseDocument } from "./json-document.js";

const CHECKPOINT_FORMAT = 1;

/** Keys of the safetensors metadata: facts about the checkpoint, and its checksum. */
const INFO = "figment.checkpoint";
const CHECKSUM = "sha256";
const BLANK = "0".repeat(64);

const bestSchema = z.strictObject({ metric: z.string(), value: z.number() });

const infoSchema = z.strictObject({
  /** Training steps done. */
  step: z.int().min(0),
  /** Passes over the training data done. */
  epoch: z.int().min(0),
  /** The metric that picked these weights as the best, and its value. */
  best: bestSchema.optional(),
  /** Whatever else the writer needs to resume. */
  extra: jsonObject,
});

const infoDocument = {
  schema: infoSchema.extend({ format: z.literal(CHECKPOINT_FORMAT) }),
  format: CHECKPOINT_FORMAT,
};

export type CheckpointInfo = z.output<typeof infoSchema>;

/**
 * Encodes a checkpoint: a safetensors file whose metadata entry `sha256` is the hexadecimal SHA-256
 * of the same file with those 64 digits replaced by zeros.
 *
 * @throws RunError when JSON cannot hold the information, for example a number that is not finite
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

/** The tensors of an intact checkpoint, and its information as unparsed text. */
export interface VerifiedCheckpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly infoText: string;
}

/**
 * @param source  the file's name, for messages
 * @throws RunError when a byte has changed or the file is not a checkpoint
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
      `${source} is damaged: its checksum should be ${checksum.slice(0, 12)}… but is ${found.slice(0, 12)}…`,
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
 * A view of the 64 digits of the checksum. The text `"sha256":"` occurs in the header only at that
 * entry: inside a string its quotes would be escaped.
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
