import { FigmentError } from "../tensor/errors.js";
import type { Backend } from "./backend.js";
import type { Engine } from "./engine.js";
import { DeviceError, ExecutionError, ProgramError } from "./errors.js";
import { RandomError } from "./random.js";

/** A method of the engine, called in another thread. */
export type EngineMethod = keyof Engine | "open";

/** Description and capabilities of a device that has been opened. */
export type Opened = Pick<Backend, "kind" | "threads" | "description" | "block">;

export interface Call {
  readonly id: number;
  readonly method: EngineMethod;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ErrorData };

/** An error as plain data, because messages lose an error's class and properties. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const ERRORS = { ProgramError, DeviceError, ExecutionError, RandomError, FigmentError } as const;

export function toErrorData(error: unknown): ErrorData {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Error", message: String(error), stack: undefined };
}

/** Restores an error with its class. Errors that are not Figment's become ExecutionErrors. */
export function fromErrorData({ name, message, stack }: ErrorData): FigmentError {
  const Class = ERRORS[name as keyof typeof ERRORS] ?? ExecutionError;
  const error = new Class(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The buffers of all typed arrays in a message, without repetition, to transfer instead of copy. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value instanceof Map || Array.isArray(value)) {
    for (const item of value.values()) buffersOf(item, found);
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return found;
}
