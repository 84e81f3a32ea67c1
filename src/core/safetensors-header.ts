import { RunError } from "./errors.js";
import { brief } from "./printable.js";
import { ELEMENT_CODINGS, STORED_DTYPES, type StoredDType } from "./safetensors-elements.js";

/** The reference implementation's limit, so that a hostile length cannot exhaust memory. */
const MAX_HEADER_BYTES = 100_000_000;
/** A header is an object of objects that hold lists. Deeper nesting could exhaust the stack. */
const MAX_DEPTH = 8;
export const LENGTH_BYTES = 8;
export const METADATA = "__metadata__";

export function refuseBytes(source: string, offset: number, problem: string): never {
  throw new RunError(
    `${source} at byte ${offset}: ${problem}. The file is damaged or not a safetensors file.`,
  );
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses the header of a file: a JSON object without duplicate keys, and its length in bytes. */
export function parseHeader(
  bytes: Uint8Array,
  source: string,
): { bytes: number; fields: JsonObject } {
  if (bytes.length < LENGTH_BYTES) {
    refuseBytes(source, bytes.length, "the file ends within the length of its header");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    refuseBytes(
      source,
      0,
      `the header's length of ${length} bytes exceeds the limit of ${MAX_HEADER_BYTES}`,
    );
  }
  const end = LENGTH_BYTES + Number(length);
  if (end > bytes.length) {
    refuseBytes(
      source,
      bytes.length,
      `the header should end at byte ${end}, but the file is truncated`,
    );
  }
  let text: string;
  let fields: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(LENGTH_BYTES, end),
    );
    fields = JSON.parse(text);
  } catch (error) {
    return refuseBytes(
      source,
      LENGTH_BYTES,
      `the header is not JSON (${(error as Error).message})`,
    );
  }
  if (!isObject(fields)) {
    return refuseBytes(source, LENGTH_BYTES, "the header is not a JSON object");
  }
  const problem = structuralProblem(text);
  if (problem !== undefined) refuseBytes(source, LENGTH_BYTES, `the header ${problem}`);
  return { bytes: Number(length), fields };
}

/** Finds problems that JSON.parse accepts silently: a duplicate key, and deep nesting. */
function structuralProblem(json: string): string | undefined {
  /** Keys so far of each open object; a list has none. */
  const open: Set<string>[] = [];
  // A pattern for whole strings would exhaust the stack on a hostile one.
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(json); mark; mark = marks.exec(json)) {
    if (mark[0] === "{" || mark[0] === "[") {
      open.push(new Set());
      if (open.length > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
    } else if (mark[0] !== '"') open.pop();
    else {
      const end = endOfString(json, mark.index);
      marks.lastIndex = end;
      if (json[endOfSpace(json, end)] !== ":") continue;
      const name = JSON.parse(json.slice(mark.index, end)) as string;
      if (open.at(-1)?.has(name)) return `has the key ${brief(name)} twice`;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}

/** @returns the position after the closing quote of the string that opens at `start` */
function endOfString(json: string, start: number): number {
  let position = start + 1;
  while (json[position] !== '"') position += json[position] === "\\" ? 2 : 1;
  return position + 1;
}

function endOfSpace(json: string, start: number): number {
  let position = start;
  while (" \t\r\n".includes(json[position] ?? ".")) position += 1;
  return position;
}

/** A header's entry for one tensor. */
export interface Entry {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export function parseEntry(value: unknown, refuse: (problem: string) => never): Entry {
  if (!isObject(value)) return refuse("is not described by an object");
  const { dtype, shape, data_offsets: offsets } = value;
  const known = STORED_DTYPES.find((name) => name === dtype);
  if (known === undefined) {
    return refuse(`has the data type ${brief(dtype)}; Figment reads ${STORED_DTYPES.join(", ")}`);
  }
  if (!Array.isArray(shape)) return refuse("has no shape");
  const count = elementCount(shape);
  if (count === undefined) return refuse(`has the impossible shape ${brief(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return refuse("has no pair of data_offsets");
  }
  const [begin, end] = offsets as [number, number];
  const needed = count * ELEMENT_CODINGS[known].bytes;
  if (end - begin !== needed) {
    return refuse(
      `takes ${end - begin} bytes, but ${known} of shape ${brief(shape)} takes ${needed}`,
    );
  }
  return { dtype: known, shape: shape as number[], begin, end };
}

/** @returns the number of elements, or undefined when a dimension is not a size */
export function elementCount(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!isSize(size)) return undefined;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
