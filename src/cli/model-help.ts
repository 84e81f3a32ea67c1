import { capabilitiesOf } from "../core/capabilities/table.js";
import { describeConfig } from "../core/config.js";
import type { ModelDefinition } from "../core/model.js";
import { DEFAULT_EPOCHS } from "../training/options.js";
import { columns } from "./format.js";

/** Describes a model and every key that `--set` takes. */
export function modelHelp(definition: ModelDefinition): string {
  const { id, title, family, density, source, config } = definition;
  const facts = [
    ["family", family],
    ["density", density],
    ["can", capabilitiesOf(definition).join(", ")],
    ["paper", `${source.authors}, "${source.title}" (${source.year}), ${source.reference}`],
    ["training", describeTraining(definition)],
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

/** Describes a model's training defaults. */
export function describeTraining(definition: ModelDefinition): string {
  const { training } = definition;
  const { batchSize, epochs = DEFAULT_EPOCHS } = training;
  return training.by === "gradients"
    ? `${training.optimizer}, learning rate ${training.learningRate}, ${batchSize} images per step, ${epochs} epochs`
    : `passes over all images, ${batchSize} at a time, at most ${epochs} of them (epochs)`;
}

/** Formats a value as `--set` parses it. */
export function assignmentValue(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");
