import type { FormKey } from "../../../engine/catalogue.js";

/** What is wrong with a field; the strings say it in words. */
export type FieldProblem =
  | { readonly wants: "number" | "whole" | "list" }
  | { readonly wants: "least" | "most"; readonly limit: number };

type Parsed = { readonly value: unknown } | { readonly problem: FieldProblem };
type Limits = Pick<FormKey, "kind" | "least" | "most" | "choices">;

/** Reads a field as its kind wants it. */
export function parseField(key: Limits, text: string): Parsed {
  switch (key.kind) {
    case "number":
    case "whole":
      return parseNumber(key, text);
    case "switch":
      return { value: text === "true" };
    case "list":
      return parseList(key, text);
    default:
      return { value: text };
  }
}

function parseNumber({ kind, least, most }: Limits, text: string): Parsed {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return { problem: { wants: "number" } };
  if (kind === "whole" && !Number.isInteger(value)) return { problem: { wants: "whole" } };
  if (least !== null && value < least) return { problem: { wants: "least", limit: least } };
  if (most !== null && value > most) return { problem: { wants: "most", limit: most } };
  return { value };
}

function parseList(key: Limits, text: string): Parsed {
  const items = text.split(/[\s,]+/).filter((item) => item !== "");
  const values = items.map(Number);
  const invalid = values.some((value) => !Number.isFinite(value));
  return invalid && key.choices === null ? { problem: { wants: "list" } } : { value: values };
}
