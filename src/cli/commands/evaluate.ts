import type { Command } from "commander";
import type { Sampling } from "../../core/capabilities/sample.js";
import { evaluate as evaluateImages } from "../../runs/index.js";
import { act } from "../action.js";
import { captionsIn } from "../condition.js";
import {
  addEvaluationOptions,
  type EvaluationChoice,
  evaluationOptions,
} from "../evaluation-options.js";
import { evaluationReport, showEvaluation } from "../evaluation-report.js";
import { resolveRun } from "../run-reference.js";
import { addSamplerOptions, type SamplerChoice, samplerAssignments } from "../sampler-options.js";
import { settingsFrom } from "../settings.js";

interface EvaluateChoice extends EvaluationChoice, SamplerChoice {
  readonly prompts?: string;
}

export function evaluate(command: Command): void {
  command.argument(
    "<runs...>",
    "runs, zoo:NAME, or in their place folders, IDX or .npy files of images",
  );
  addEvaluationOptions(
    command,
    "fd, kd and prdc, or plane, and what the extractor and the data allow of is and memorisation",
  );
  addSamplerOptions(command);
  command.option(
    "--prompts <file>",
    "what the images of a folder or file were asked to show, one caption per line, for aspects",
  );
  act(command, async (context, choice: EvaluateChoice, references: string[]) => {
    for (const reference of references) resolveRun(reference);
    const { prompts: file, ...options } = choice;
    const sampling = samplingFrom(choice);
    const prompts = file === undefined ? {} : { prompts: await captionsIn(file) };
    const evaluations = await showEvaluation(context, (reporting) =>
      evaluateImages(references, {
        ...evaluationOptions(options),
        ...prompts,
        ...(sampling && { sampling }),
        ...reporting,
      }),
    );
    for (const { warnings, of } of evaluations) {
      for (const warning of warnings) context.output.warn(`${of}: ${warning}`);
    }
    context.output.result({ evaluations }, evaluations.map(evaluationReport).join("\n\n"));
  });
}

/** How runs are to draw, where that is said; files are not drawn. */
function samplingFrom(choice: EvaluateChoice): Sampling | undefined {
  const { temperature } = choice;
  const options = settingsFrom(undefined, samplerAssignments(choice));
  if (temperature === 1 && Object.keys(options).length === 0) return undefined;
  return { temperature, options };
}
