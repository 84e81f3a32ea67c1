export { openDevice } from "./device.js";
export * from "./errors.js";
export * from "./program.js";
export { RandomError, type Stream, stream } from "./random.js";
