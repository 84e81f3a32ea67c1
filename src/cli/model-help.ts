import { describeConfig } from "../core/config.js";
import { capabilitiesOf, type ModelDefinition } from "../core/model.js";
import { columns } from "./format.js";

/** What a model is, and every key that `--set` takes. */
export function modelHelp(definition: ModelDefinition): string {
  const { id, title, family, density, source, training, config } = definition;
  const facts = [
    ["family", family],
    ["density", density],
    ["can", capabilitiesOf(definition).join(", ")],
    ["paper", `${source.authors}, "${source.title}" (${source.year}), ${source.reference}`],
    [
      "training",
      `${training.optimizer}, learning rate ${training.learningRate}, ${training.batchSize} images a step`,
    ],
  ];
  const keys = describeConfig(config).map((key) => [
    key.key,
    key.type,
    assignmentValue(key.default),
    key.description,
  ]);
  return [
    `${title} (${id}):`,
    indent(columns(facts)),
    "",
    `Settings of ${id}, each as --set key=value:`,
    indent(columns([["KEY", "TYPE", "DEFAULT", "MEANING"], ...keys])),
  ].join("\n");
}

/** A value as `--set` reads it. */
export function assignmentValue(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");
