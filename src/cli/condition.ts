import { readFile } from "node:fs/promises";
import { fileProblem } from "../core/atomic-file.js";
import type { Condition } from "../core/capabilities/condition.js";
import { UsageError } from "./errors.js";

/** Options that say what a conditional model should draw. */
export interface ConditionChoice {
  readonly label?: readonly string[];
  readonly attributes?: readonly string[];
  readonly prompt?: readonly string[];
  readonly prompts?: string;
}

/**
 * Parses the options of a condition.
 *
 * @throws UsageError for an attribute whose value is not a number, or a file without captions
 */
export async function conditionOf(choice: ConditionChoice): Promise<Condition> {
  const { label, attributes, prompt = [], prompts } = choice;
  const captions = [...prompt, ...(prompts === undefined ? [] : await captionsIn(prompts))];
  return {
    ...(label && { class: label }),
    ...(attributes && { attributes: attributes.map(attributeValues) }),
    ...(captions.length > 0 && { caption: captions }),
  };
}

/** Parses `glasses,beard=0.5`. @throws UsageError for a value that is not a number */
export function attributeValues(text: string): Record<string, number> {
  const entries = text.split(",").map((part): [string, number] => {
    const [name, value = "1"] = part.split("=").map((side) => side.trim());
    const number = value === "" ? Number.NaN : Number(value);
    if (name === "" || !Number.isFinite(number)) {
      throw new UsageError(
        `--attributes ${text}: "${part}" must be a name, or name=value with a value in [0, 1]`,
      );
    }
    return [name, number];
  });
  return Object.fromEntries(entries);
}

/** The captions in a file, one a line. @throws UsageError when there are none */
export async function captionsIn(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw fileProblem(error, `cannot read ${file}`);
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new UsageError(`--prompts ${file}: the file has no captions`);
  return lines;
}
