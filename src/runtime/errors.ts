import { FigmentError } from "../tensor/errors.js";

/** A program, feed or state that does not fit what it is used with. */
export class ProgramError extends FigmentError {
  override readonly name = "ProgramError";
}

/** A device, or a native part of it, that is not available here; the message names the remedy. */
export class DeviceError extends FigmentError {
  override readonly name = "DeviceError";
}

/** A run that the device could not finish: the engine refused the graph, or its thread ended. */
export class ExecutionError extends FigmentError {
  override readonly name = "ExecutionError";
}
