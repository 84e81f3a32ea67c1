/**
 * onnxruntime-node writes results into the given tensors and then copies each of them into a new array,
 * too. For a training step that is the whole state, which took a fifth of the time of an MLP's step. The
 * library makes the copies in the order of the model's results and stops with an error at one that is
 * not a tensor. So a model that begins with such a result fills the given tensors and copies nothing.
 */
import { fromBase64 } from "./base64.js";

/** Name of the result that ends the copying: an empty sequence of tensors. */
export const END_OF_COPIES = "end of copies";

/** Copying results of fewer bytes takes less time than the error, which takes about 35 µs. */
export const LEAST_BYTES = 2 ** 18;

const MESSAGE = "Non tensor type is temporarily not supported.";

/** The part of an encoded model that makes an empty sequence and lists it as a result. */
const PART = "OjsKHhINZW5kIG9mIGNvcGllcyINU2VxdWVuY2VFbXB0eWIZCg1lbmQgb2YgY29waWVzEggiBgoECgIIAQ==";

/**
 * The model with {@link END_OF_COPIES} as its first result. A message of protobuf that is written in
 * two parts is merged by the reader, so the part can be put in front of an encoded model.
 */
export function endingCopies(model: Uint8Array): Uint8Array {
  const part = fromBase64(PART);
  const joined = new Uint8Array(part.length + model.length);
  joined.set(part);
  joined.set(model, part.length);
  return joined;
}

/** Whether a run filled its results and then stopped at {@link END_OF_COPIES}. */
export function endedCopies(cause: unknown): boolean {
  return cause instanceof Error && cause.message === MESSAGE;
}
