import { z } from "zod";
import { RunError } from "../core/errors.js";

/** A JSON object that Figment stores without inspecting it. */
export const jsonObject = z.record(z.string(), z.json());
export type JsonObject = z.output<typeof jsonObject>;

/** A plain object as it looks after a round trip through JSON. */
export const toJson = (value: object): JsonObject =>
  JSON.parse(JSON.stringify(value)) as JsonObject;

/** Schema and version of a kind of document. */
export interface DocumentKind<S extends z.ZodType> {
  /** A strict schema with a field `format`. */
  readonly schema: S;
  /** The format version that this Figment writes. */
  readonly format: number;
}

/**
 * Parses a document that states its format version.
 *
 * @param source  origin of the text, for messages
 * @throws RunError when the text is not JSON, has a newer format or does not match the schema
 */
export function parseDocument<S extends z.ZodType>(
  text: string,
  { schema, format }: DocumentKind<S>,
  source: string,
): z.output<S> {
  const value = attempt(() => JSON.parse(text) as unknown, source);
  const found = z.looseObject({ format: z.int() }).safeParse(value);
  if (found.success && found.data.format > format) {
    throw new RunError(
      `${source} has format version ${found.data.format}, but this Figment reads up to ${format}. ` +
        "A newer Figment wrote it: update with npm install figment@latest.",
    );
  }
  const parsed = attempt(() => schema.safeParse(value), source);
  if (parsed.success) return parsed.data;
  throw new RunError(`${source} is invalid: ${problemsOf(parsed.error)}`);
}

/** Runs a parser; deep nesting makes even a schema throw an error of its own. */
function attempt<T>(read: () => T, source: string): T {
  try {
    return read();
  } catch (error) {
    throw new RunError(`${source} is damaged: ${(error as Error).message}`, { cause: error });
  }
}

function problemsOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}
