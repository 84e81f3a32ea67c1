import type { Catalogue, FormKey, ModelFacts } from "../../../engine/catalogue.js";
import type { AskedSpec } from "../../../engine/spec.js";
import type { Address } from "../../state/address.js";
import { type FieldProblem, parseField } from "./parse-field.js";

/** The form as the address writes it: texts by key, of which those that are absent have defaults. */
export type FormTexts = Address["settings"];

/** Keys of the form beside those of the model's configuration and its training. */
export const FIXED = {
  model: "model",
  data: "data",
  binarise: "binarise",
  validation: "validation",
  size: "size",
  name: "name",
} as const;

/** The key under which the address keeps a setting of the model or of its training. */
export const keyOf = (group: "config" | "training", key: string): string => `${group}.${key}`;

/** Options of a training that the form does not offer, since they are for run directories alone. */
const UNUSED = new Set(["checkpointSeconds", "evaluateEvery", "keep", "betas"]);

export const trainingKeys = ({ training }: ModelFacts): readonly FormKey[] =>
  training.filter(({ key }) => !UNUSED.has(key));

export interface CheckedForm {
  readonly spec: AskedSpec;
  /** What is wrong, by the form's key. */
  readonly problems: ReadonlyMap<string, FieldProblem>;
}

export const modelOf = ({ models }: Catalogue, texts: FormTexts): ModelFacts =>
  models.find(({ id }) => id === texts[FIXED.model]) ??
  (models.find(({ id }) => id === "vae") as ModelFacts);

/** The training that the form describes. */
export function checkForm(catalogue: Catalogue, texts: FormTexts, seed: number): CheckedForm {
  const model = modelOf(catalogue, texts);
  const problems = new Map<string, FieldProblem>();
  const group = (name: "config" | "training", keys: readonly FormKey[]) => {
    const values: Record<string, unknown> = {};
    for (const key of keys) {
      const place = keyOf(name, key.key);
      const text = texts[place];
      if (text === undefined || text === "") continue;
      const parsed = parseField(key, text);
      if ("problem" in parsed) problems.set(place, parsed.problem);
      else values[key.key] = parsed.value;
    }
    return values;
  };
  const config = group("config", model.config);
  const training = group("training", trainingKeys(model));
  const share = fixedNumber(texts, FIXED.validation, VALIDATION, problems);
  const size = fixedNumber(texts, FIXED.size, SIZE, problems);
  const data = texts[FIXED.data] ?? "digits";
  const planar = catalogue.datasets.some((set) => set.name === data && set.planar);
  const spec: AskedSpec = {
    kind: "training",
    model: model.id,
    data,
    config,
    training: budgeted(training),
    binarise: binarisations.find((one) => one === texts[FIXED.binarise]) ?? "none",
    validation: share ?? 0.1,
    ...(size !== undefined && { size }),
    seed,
    watch: [
      {
        name: "pictures",
        question: "pictures",
        request: planar ? { count: 256 } : {},
        everyMs: 700,
      },
    ],
    ...(catalogue.engine.keepsRuns && {
      keep: texts[FIXED.name] ?? nameFor(model.id, texts, seed),
    }),
  };
  return { spec, problems };
}

export const binarisations = ["none", "fixed", "dynamic"] as const;

const VALIDATION = { kind: "number", least: 0, most: 0.9 } as const;
const SIZE = { kind: "whole", least: 1, most: 512 } as const;

function fixedNumber(
  texts: FormTexts,
  key: string,
  limits: typeof VALIDATION | typeof SIZE,
  problems: Map<string, FieldProblem>,
): number | undefined {
  const text = texts[key];
  if (text === undefined || text === "") return undefined;
  const parsed = parseField({ ...limits, choices: null }, text);
  if ("problem" in parsed) {
    problems.set(key, parsed.problem);
    return undefined;
  }
  return parsed.value as number;
}

/** A budget that the visitor gives replaces the usual number of epochs. */
function budgeted({ epochs, ...training }: Record<string, unknown>): Record<string, unknown> {
  const other = training.steps !== undefined || training.minutes !== undefined;
  return { ...training, ...(!other && epochs !== undefined && { epochs }) };
}

/** A name for the run directory that says what it holds, and when it was begun. */
function nameFor(model: string, texts: FormTexts, seed: number): string {
  const data = (texts[FIXED.data] ?? "digits").replace(/[^\w-]+/g, "-").slice(0, 24);
  const time = new Date().toISOString().replace(/\D/g, "").slice(2, 14);
  return `${model}-${data}-${seed}-${time}`;
}
