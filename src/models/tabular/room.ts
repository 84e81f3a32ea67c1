import { ConfigError } from "../../core/errors.js";
import { formatCount } from "../typography.js";
import type { ParameterCount } from "./parameter-count.js";

/** Entries of a table that a model may keep: 64 MiB of float32. */
const MAX_ENTRIES = 2 ** 24;

/**
 * Refuses a table that would be too large, before there is any of it.
 *
 * @param parameters  free ones, for the message
 * @param entries     that would be kept
 * @param remedy      what to ask for instead
 * @throws ConfigError saying how many parameters there would be
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
