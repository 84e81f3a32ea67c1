import { z } from "zod";
import { describeConfig } from "../../core/config.js";
import type { ConfigSchema } from "../../core/config-schema.js";
import type { Model } from "../../core/model.js";
import type { FormKey } from "../engine/catalogue.js";

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/**
 * The keys of a schema as a form shows them.
 *
 * @param defaults  values that take the place of the schema's own defaults
 */
export function formOf(
  schema: ConfigSchema,
  defaults: Readonly<Record<string, unknown>> = {},
): FormKey[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" }) as {
    properties?: Record<string, Property>;
  };
  return describeConfig(schema).map((key) => {
    const property = properties[key.key] ?? {};
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = property;
    return {
      ...key,
      default: defaults[key.key] ?? key.default,
      kind: kindOf(property),
      choices: property.enum?.map(String) ?? null,
      least: finite(minimum ?? exclusiveMinimum),
      most: finite(maximum ?? exclusiveMaximum),
    };
  });
}

/** The settings of a model's sampler. */
export function samplerForm({ capabilities: { sample } }: Pick<Model, "capabilities">): FormKey[] {
  return typeof sample === "object" && sample.options !== undefined ? formOf(sample.options) : [];
}

function kindOf({ type, enum: choices }: Property): FormKey["kind"] {
  if (choices !== undefined) return "choice";
  if (type === "boolean") return "switch";
  if (type === "integer") return "whole";
  if (type === "number") return "number";
  return type === "array" ? "list" : "text";
}

const finite = (limit: number | undefined): number | null =>
  limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit;
