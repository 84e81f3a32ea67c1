import type { Command } from "commander";
import { evaluate as evaluateImages } from "../../runs/index.js";
import { act } from "../action.js";
import {
  addEvaluationOptions,
  type EvaluationChoice,
  evaluationOptions,
} from "../evaluation-options.js";
import { evaluationReport, showEvaluation } from "../evaluation-report.js";
import { resolveRun } from "../run-reference.js";

export function evaluate(command: Command): void {
  command.argument(
    "<runs...>",
    "runs, zoo:NAME, or in their place folders, IDX or .npy files of images",
  );
  addEvaluationOptions(
    command,
    "fd, kd and prdc, or plane, and what the extractor and the data allow of is and memorisation",
  );
  act(command, async (context, options: EvaluationChoice, references: string[]) => {
    for (const reference of references) resolveRun(reference);
    const evaluations = await showEvaluation(context, (reporting) =>
      evaluateImages(references, { ...evaluationOptions(options), ...reporting }),
    );
    for (const { warnings, of } of evaluations) {
      for (const warning of warnings) context.output.warn(`${of}: ${warning}`);
    }
    context.output.result({ evaluations }, evaluations.map(evaluationReport).join("\n\n"));
  });
}
