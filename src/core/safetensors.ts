import type { HostArray } from "../tensor/dtype.js";
import { RunError } from "./errors.js";
import { brief } from "./printable.js";
import { ELEMENT_CODINGS, STORED_DTYPES, type StoredDType } from "./safetensors-elements.js";

import {
  type Entry,
  elementCount,
  isObject,
  LENGTH_BYTES,
  METADATA,
  parseEntry,
  parseHeader,
  refuseBytes,
} from "./safetensors-header.js";

export type { StoredDType } from "./safetensors-elements.js";

/** A tensor as stored in a file. On the host, `F16` and `BF16` are a Float32Array. */
export interface StoredTensor {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  /** Row-major elements. */
  readonly data: HostArray;
}

export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes a safetensors file. Equal content gives equal bytes: metadata keys are sorted, and
 * tensors follow the reference implementation's order, widest element first, then by name.
 *
 * @throws RunError when a tensor's data does not fit its shape or type, or a name is reserved
 * @source https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(content: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const layout = [...content.tensors].sort(
    ([nameA, a], [nameB, b]) =>
      STORED_DTYPES.indexOf(a.dtype) - STORED_DTYPES.indexOf(b.dtype) || compareNames(nameA, nameB),
  );
  const fields: string[] = [];
  const metadata = Object.entries(content.metadata).sort(([a], [b]) => compareNames(a, b));
  if (metadata.length > 0) {
    const pairs = metadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    fields.push(`"${METADATA}":{${pairs.join(",")}}`);
  }
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of layout) {
    const part = tensorBytes(name, tensor);
    const { dtype, shape } = tensor;
    const data_offsets = [end, end + part.length];
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`);
    parts.push(part);
    end += part.length;
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(header, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerBytes);
  let position = LENGTH_BYTES + headerBytes;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function tensorBytes(name: string, { dtype, shape, data }: StoredTensor): Uint8Array {
  const coding = ELEMENT_CODINGS[dtype];
  if (name === METADATA) throw new RunError(`"${METADATA}" cannot be the name of a tensor`);
  if (elementCount(shape) !== data.length) {
    throw new RunError(
      `tensor "${name}": shape ${brief(shape)} does not hold ${data.length} elements; nothing was written`,
    );
  }
  if (!coding.accepts(data)) {
    throw new RunError(
      `tensor "${name}": ${dtype} needs a ${coding.host}, not this ` +
        `${data.constructor.name}; nothing was written`,
    );
  }
  return coding.toBytes(data);
}

/**
 * Decodes a safetensors file and trusts none of it: every byte must belong to the header or to
 * exactly one tensor.
 *
 * @param source  the file's name, for messages
 * @throws RunError naming the source, the byte and the problem
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  source = "safetensors file",
): SafetensorsContent {
  const header = parseHeader(bytes, source);
  const dataStart = LENGTH_BYTES + header.bytes;
  const dataBytes = bytes.length - dataStart;
  const refuse = (problem: string, offset = LENGTH_BYTES): never =>
    refuseBytes(source, offset, problem);

  const metadata: [string, string][] = [];
  const entries: (Entry & { name: string })[] = [];
  for (const [name, value] of Object.entries(header.fields)) {
    if (name !== METADATA) {
      entries.push({
        name,
        ...parseEntry(value, (problem) => refuse(`tensor ${brief(name)} ${problem}`)),
      });
      continue;
    }
    if (!isObject(value)) return refuse(`${METADATA} is not an object`);
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== "string") return refuse(`${METADATA} ${brief(key)} is not a string`);
      metadata.push([key, text]);
    }
  }

  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (end > dataBytes) {
      refuse(
        `tensor ${brief(name)} ends ${end - dataBytes} bytes beyond the end of the file: it is truncated`,
        bytes.length,
      );
    }
    if (begin !== expected) {
      refuse(
        `tensor ${brief(name)} ${begin < expected ? "overlaps the tensor before it" : "leaves a gap before it"}`,
        dataStart + Math.min(begin, expected),
      );
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    refuse(`${dataBytes - expected} bytes belong to no tensor`, dataStart + expected);
  }

  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const coding = ELEMENT_CODINGS[dtype];
    // Copies into a buffer of its own: a view of a Node Buffer's pool is shared and may be
    // unaligned.
    const own = new Uint8Array(end - begin);
    own.set(bytes.subarray(dataStart + begin, dataStart + end));
    const data = coding.fromBytes(own);
    if (!coding.accepts(data)) {
      refuse(`tensor ${brief(name)} has bytes other than 0 and 1`, dataStart + begin);
    }
    tensors.set(name, { dtype, shape, data });
  }
  return { tensors, metadata: Object.fromEntries(metadata) };
}
