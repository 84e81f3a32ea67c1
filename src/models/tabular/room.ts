import { ConfigError } from "../../core/errors.js";
import { formatCount } from "../typography.js";
import type { ParameterCount } from "./parameter-count.js";

/** Most entries of a model's table: 64 MiB of float32. */
const MAX_ENTRIES = 2 ** 24;

/**
 * Refuses a table that would be too large, before allocating it.
 *
 * @param parameters  number of free parameters, for the message
 * @param entries     number of entries to store
 * @param remedy      what to use instead
 * @throws ConfigError with the number of parameters
 */
export function requireRoom(
  id: string,
  { formula, value }: ParameterCount,
  entries: number,
  remedy: string,
): void {
  if (entries <= MAX_ENTRIES) return;
  const number = formatCount(value);
  const equals = number.includes("×") ? "≈" : "=";
  throw new ConfigError(
    `${id} would need ${formula} ${equals} ${number} free parameters; a table may have ${formatCount(BigInt(MAX_ENTRIES))} entries. Use ${remedy}`,
  );
}
