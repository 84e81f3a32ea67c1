import { ProgramError } from "../errors.js";

/** The messages of an ONNX file that lead to tensors: what each of their fields holds, by its number. */
const FIELDS = {
  model: { 7: "graph", 25: "function" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  function: { 7: "node", 11: "attribute" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
} as const satisfies Record<string, Readonly<Record<number, string>>>;

type Message = keyof typeof FIELDS;

/** Fields of a tensor. */
const NAME = 8;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/**
 * Refuses a model that keeps weights in other files, which ONNX Runtime would read from wherever the
 * model says.
 *
 * It reads the encoded model, not a decoded one: a decoder skips fields that it does not know, such as
 * the default attributes of functions, and keeps only the last part of a message written in several,
 * which ONNX Runtime merges.
 *
 * @throws ProgramError naming a tensor in another file, or when the bytes are malformed
 */
export function requireSelfContained(model: Uint8Array): void {
  visit("model", model);
}

function visit(message: Message, bytes: Uint8Array): void {
  const held: Readonly<Record<number, Message | "tensor">> = FIELDS[message];
  for (const { number, content } of fieldsOf(bytes)) {
    const inner = held[number];
    if (inner === undefined || typeof content === "number") continue;
    if (inner === "tensor") requireOwnData(content);
    else visit(inner, content);
  }
}

function requireOwnData(tensor: Uint8Array): void {
  let name = "";
  let apart = false;
  for (const { number, content } of fieldsOf(tensor)) {
    if (number === NAME && typeof content !== "number") name = new TextDecoder().decode(content);
    if (number === EXTERNAL_DATA || (number === DATA_LOCATION && content !== 0)) apart = true;
  }
  if (!apart) return;
  throw new ProgramError(
    `it keeps weights ("${name}") in another file; save the model as one file, without external data`,
  );
}

interface Field {
  readonly number: number;
  /** The bytes of a text, an array or a message; the value of a number, 0 for one of fixed length. */
  readonly content: Uint8Array | number;
}

/** The fields of a message in the encoding of Protocol Buffers. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const readNumber = (mostBytes: number): number => {
    let value = 0;
    for (let place = 0; place < mostBytes && at < bytes.length; place++) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** (7 * place);
      if (byte < 128) return value;
    }
    throw malformed();
  };
  while (at < bytes.length) {
    const tag = readNumber(5);
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, content: readNumber(10) };
        break;
      case 1:
        yield { number, content: 0 };
        at += 8;
        break;
      case 2: {
        const length = readNumber(5);
        yield { number, content: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        yield { number, content: 0 };
        at += 4;
        break;
      default:
        throw malformed();
    }
    if (number >= 2 ** 29 || at > bytes.length) throw malformed();
  }
}

const malformed = () => new ProgramError("it is no ONNX model");
