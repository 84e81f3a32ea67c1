import { existsSync } from "node:fs";
import type { Command } from "commander";
import { parseAssignments, parseConfig } from "../../core/config.js";
import { UnavailableError } from "../../core/errors.js";
import type { ModelDefinition, Parts } from "../../core/model.js";
import { requireParts } from "../../core/part.js";
import { didYouMean } from "../../core/suggest.js";
import { type DataSpec, dataSpecOf, dataTraits } from "../../data/data-spec.js";
import { loadDataset } from "../../data/load-dataset.js";
import { findModel, models } from "../../models/registry.js";
import { describeRun } from "../../training/describe-run.js";
import { readRun } from "../../training/run-directory.js";
import { act, type Context } from "../action.js";
import { UsageError } from "../errors.js";
import { choice, collect, given, imageSize } from "../options.js";
import { resolveRun, runName } from "../run-reference.js";
import { showDataWork } from "../work.js";

/** Options that decide the shape of an untrained model. */
interface ExplainChoice {
  readonly data?: string;
  readonly set?: readonly string[];
  readonly binarisation?: "none" | "fixed" | "dynamic";
  readonly size?: { readonly height: number; readonly width: number };
}

const modelIds = models.map(({ id }) => id);

/** A model with its configuration, its parts and the data that it is for. */
interface Explained {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly parts: Parts;
  readonly run?: string;
}

export function explain(command: Command): void {
  command
    .argument("<model|run>", "a model, as train would build it; or a run, as it was trained")
    .option("--data <name>", "data set or path to build the model for (default: digits)")
    .option("--set <key=value>", "a setting of the model; can be repeated", collect)
    .addOption(
      choice("--binarisation <mode>", "as for train: pixels of 0 and 1", [
        "none",
        "fixed",
        "dynamic",
      ]),
    )
    .option("--size <n|HxW>", "as for train: images of this size", imageSize);
  act(command, async (context, options: ExplainChoice, reference: string) => {
    const known = models.find(({ id }) => id === reference);
    const subject =
      known === undefined
        ? await ofRun(reference, options)
        : await ofModel(known, options, context);
    const { definition, config, data, parts, run } = subject;
    const traits = dataTraits(data);
    requireParts(definition, parts, traits);
    const explanation = definition.build(config, traits, parts).explain?.();
    if (explanation === undefined) {
      throw new UnavailableError(
        `${definition.id} has no explanation; figment models names its paper`,
      );
    }
    const document = { ...(run && { run }), model: definition.id, config, data: traits };
    context.output.result({ ...document, explanation }, explanation);
  });
}

async function ofModel(
  definition: ModelDefinition,
  { data = "digits", set = [], binarisation: mode, size }: ExplainChoice,
  context: Context,
): Promise<Explained> {
  const raw = parseAssignments(set, definition.config);
  const config = parseConfig(definition.config, raw, definition.id);
  const images = await showDataWork(context, (onProgress, reading) =>
    loadDataset(data, { ...given({ size }), onProgress, ...reading }),
  );
  const preprocessing = mode && { binarisation: { mode, seed: 0 } };
  return { definition, config, data: dataSpecOf(images, preprocessing), parts: {} };
}

async function ofRun(reference: string, options: ExplainChoice): Promise<Explained> {
  if (!existsSync(reference) && didYouMean(reference, modelIds) !== "") findModel(reference);
  const directory = resolveRun(reference);
  const flag = Object.keys(options).at(0);
  if (flag !== undefined) {
    throw new UsageError(`--${flag} is only for a model; a run has its own data and settings`);
  }
  const { definition, config, data, parts } = describeRun(
    await readRun(directory),
    directory,
    findModel,
  );
  return { definition, config, data, parts, run: runName(directory) };
}
