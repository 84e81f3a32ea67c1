import { existsSync } from "node:fs";
import type { Command } from "commander";
import { parseAssignments, parseConfig } from "../../core/config.js";
import { UnavailableError } from "../../core/errors.js";
import type { ModelDefinition } from "../../core/model.js";
import { didYouMean } from "../../core/suggest.js";
import { type DataSpec, dataSpecOf, dataTraits, parseDataSpec } from "../../data/data-spec.js";
import { loadDataset } from "../../data/load-dataset.js";
import { findModel, models } from "../../models/registry.js";
import { readRun } from "../../training/run-directory.js";
import { act, type Context } from "../action.js";
import { UsageError } from "../errors.js";
import { choice, collect, given, imageSize } from "../options.js";
import { resolveRun, runName } from "../run-reference.js";
import { showDataWork } from "../work.js";

/** What decides the shape of a model that is not trained yet. */
interface ExplainChoice {
  readonly data?: string;
  readonly set?: readonly string[];
  readonly binarisation?: "none" | "fixed" | "dynamic";
  readonly size?: { readonly height: number; readonly width: number };
}

const modelIds = models.map(({ id }) => id);

/** A model, its configuration, and the data that it is for. */
interface Subject {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly run?: string;
}

export function explain(command: Command): void {
  command
    .argument("<model|run>", "a model, as it would be trained; or a run, as it was")
    .option("--data <name>", "data set or path that the model is for (default: digits)")
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
    const { definition, config, data, run } = subject;
    const traits = dataTraits(data);
    const explanation = definition.build(config, traits).explain?.();
    if (explanation === undefined) {
      throw new UnavailableError(
        `${definition.id} does not explain itself; figment models says where it comes from`,
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
): Promise<Subject> {
  const raw = parseAssignments(set, definition.config);
  const config = parseConfig(definition.config, raw, definition.id);
  const images = await showDataWork(context, (onProgress) =>
    loadDataset(data, { ...given({ size }), onProgress }),
  );
  const preprocessing = mode && { binarisation: { mode, seed: 0 } };
  return { definition, config, data: dataSpecOf(images, preprocessing) };
}

async function ofRun(reference: string, options: ExplainChoice): Promise<Subject> {
  if (!existsSync(reference) && didYouMean(reference, modelIds) !== "") findModel(reference);
  const directory = resolveRun(reference);
  const flag = Object.keys(options).at(0);
  if (flag !== undefined) {
    throw new UsageError(`--${flag} goes with a model; a run has its own data and settings`);
  }
  const record = await readRun(directory);
  const definition = findModel(record.model);
  const config = parseConfig(definition.config, record.config, directory);
  return { definition, config, data: parseDataSpec(record.data), run: runName(directory) };
}
