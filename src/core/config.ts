import { z } from "zod";
import type { ConfigSchema } from "./config-schema.js";
import { ConfigError } from "./errors.js";
import { didYouMean } from "./suggest.js";

/** One configuration key, as help and forms show it. */
export interface ConfigKey {
  readonly key: string;
  /** The type and its limits, such as `integer ≥ 1` or `relu | tanh`. */
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** The keys of a schema in order. */
export function describeConfig(schema: ConfigSchema): ConfigKey[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return Object.entries(properties).map(([key, property]) => ({
    key,
    type: describeType(property),
    default: property.default,
    description: property.description ?? "",
  }));
}

function describeType(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(" | ");
  if (schema.type === "array") return `list of ${describeType(schema.items ?? {})}`;
  const { minimum, exclusiveMinimum, maximum } = schema;
  const limits = [
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `≥ ${minimum}` : "",
    exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : "",
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `≤ ${maximum}` : "",
  ].filter((limit) => limit !== "");
  return [schema.type ?? "value", limits.join(", ")].filter((part) => part !== "").join(" ");
}

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param subject  owner of the configuration, for the message
 * @throws ConfigError naming every key that is unknown or out of range, with the accepted values
 */
export function parseConfig<S extends ConfigSchema>(
  schema: S,
  raw: unknown,
  subject: string,
): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const keys = describeConfig(schema);
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map(
        (key) =>
          `unknown key "${key}"${didYouMean(
            key,
            keys.map((known) => known.key),
          )}`,
      );
    }
    const [key] = issue.path;
    const known = keys.find((candidate) => candidate.key === key);
    const expected = known === undefined ? issue.message : `it takes ${known.type}`;
    return [`${String(key ?? subject)}: ${expected}`];
  });
  throw new ConfigError(`${subject}: ${problems.join("; ")}`);
}

/**
 * Parses `key=value` pairs as a user types them. Values are numbers, `true`, `false`, lists such as
 * `400,200` or `[400,200]`, or else text; one of a key's own choices is always text. A key that
 * takes one value may be given several to choose among: `2,4,8`, or `2..20` for all whole numbers
 * from 2 to 20.
 *
 * @throws ConfigError when a pair has no `=`
 */
export function parseAssignments(
  pairs: readonly string[],
  schema: ConfigSchema,
): Record<string, unknown> {
  const types = new Map(describeConfig(schema).map(({ key, type }) => [key, type]));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new ConfigError(`"${pair}" is not of the form key=value`);
      const key = pair.slice(0, at).trim();
      const text = pair.slice(at + 1).trim();
      const type = types.get(key) ?? "";
      if (type.startsWith("list of ")) return [key, parseValue(text, true)];
      // A choice may look like a number, as a year does.
      return [key, type.split(" | ").includes(text) ? text : parseOneOrMore(text)];
    }),
  );
}

/** Most values of a setting to choose among. */
const MOST_VALUES = 1000;

/** @throws ConfigError when a range is empty or too long */
function parseOneOrMore(text: string): unknown {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range === null) return text.includes(",") ? parseValue(text, true) : parseValue(text, false);
  const [from, to] = [Number(range[1]), Number(range[2])];
  if (from > to || to - from >= MOST_VALUES) {
    throw new ConfigError(
      `"${text}" is not a range of 1 to ${MOST_VALUES} whole numbers, such as 2..20`,
    );
  }
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

function parseValue(text: string, list: boolean): unknown {
  if (list) {
    const items = text.replace(/^\[|\]$/g, "").split(",");
    return items.filter((item) => item.trim() !== "").map((item) => parseValue(item.trim(), false));
  }
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
