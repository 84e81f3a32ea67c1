import { FigmentError } from "../tensor/errors.js";

/** A program, feed or state that does not match what it is used with. */
export class ProgramError extends FigmentError {
  override readonly name = "ProgramError";
}

/** A device or its native library is unavailable; the message says how to fix it. */
export class DeviceError extends FigmentError {
  override readonly name = "DeviceError";
}

/** A run failed: the engine rejected the graph, or its thread ended. */
export class ExecutionError extends FigmentError {
  override readonly name = "ExecutionError";
}
