/**
 * Messages as JSON, in which a typed array is `{ "$float32": "…" }` with its bytes in base64,
 * little-endian as all of today's machines are.
 */
const KINDS = {
  $float32: Float32Array,
  $float64: Float64Array,
  $int32: Int32Array,
  $uint8: Uint8Array,
} as const;

type Kind = keyof typeof KINDS;
type Wired = InstanceType<(typeof KINDS)[Kind]>;

/** Numbers that JSON has no word for. */
const ODD = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

export const encodeWire = (message: unknown): string => JSON.stringify(message, encodeValue);

/** @throws an error of the platform when the text is no JSON, or an array's bytes do not fit its type */
export const decodeWire = (text: string): unknown => JSON.parse(text, decodeValue);

function encodeValue(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  const kind = (Object.keys(KINDS) as Kind[]).find((name) => value instanceof KINDS[name]);
  return kind === undefined ? value : { [kind]: toBase64(value as Wired) };
}

function decodeValue(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [entry, another] = Object.entries(value);
  if (entry === undefined || another !== undefined) return value;
  const [kind, text] = entry;
  if (kind === "$number" && text in ODD) return ODD[text as keyof typeof ODD];
  if (!Object.hasOwn(KINDS, kind) || typeof text !== "string") return value;
  return new KINDS[kind as Kind](fromBase64(text).buffer);
}

/** Characters that one call may take as arguments. */
const CHUNK = 0x8000;

function toBase64(array: Wired): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  return Uint8Array.from({ length: binary.length }, (_, at) => binary.charCodeAt(at));
}
