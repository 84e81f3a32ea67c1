import { z } from "zod";
import { RunError } from "../core/errors.js";

/** A JSON object that Figment stores for others and does not look into. */
export const jsonObject = z.record(z.string(), z.json());
export type JsonObject = z.output<typeof jsonObject>;

/** A plain object as JSON would keep it. */
export const toJson = (value: object): JsonObject =>
  JSON.parse(JSON.stringify(value)) as JsonObject;

/** How a kind of document is recognised. */
export interface DocumentKind<S extends z.ZodType> {
  /** A strict schema with a field `format`. */
  readonly schema: S;
  /** The format version that this Figment writes. */
  readonly format: number;
}

/**
 * Reads a document that says its format version.
 *
 * @param source  where the text is from, for messages
 * @throws RunError when the text is not JSON, of a newer format, or not as the schema says
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
      `${source} has format version ${found.data.format}, this Figment reads up to ${format}. ` +
        "It was made by a newer Figment: update with npm install figment@latest.",
    );
  }
  const parsed = attempt(() => schema.safeParse(value), source);
  if (parsed.success) return parsed.data;
  throw new RunError(`${source} is not as it should be: ${problemsOf(parsed.error)}`);
}

/** Nesting without end makes a schema, too, throw an error of its own. */
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
