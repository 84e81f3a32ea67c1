import { compare } from "../../runs/index.js";
import { type ComparisonFacts, comparisonRequest } from "../engine/comparison.js";
import type { CallWatch } from "../engine/messages.js";
import { picturesOf } from "../engine/questions/question.js";
import { knownRun } from "./runs-here.js";

/**
 * Compares runs that the studio knows, as `figment compare` does.
 *
 * @throws as `compare` does
 */
export async function compareRuns(
  folder: string,
  asked: unknown,
  watch: CallWatch,
): Promise<ComparisonFacts> {
  const { runs, count } = comparisonRequest.parse(asked);
  const places = await Promise.all(
    runs.map((run) => (run.startsWith("zoo:") ? run : knownRun(folder, run))),
  );
  const found = await compare(places, { count, ...watch });
  const [{ evaluation }] = found.runs;
  const all = found.runs.flatMap((run) => run.evaluation.figures.map(({ figure }) => figure));
  const figures = [...new Set(all)];
  const protocol = Object.entries(evaluation.protocol).filter(([, value]) => value !== null);
  return {
    runs: found.runs.map(({ cost, samples, evaluation: own }, at) => ({
      run: runs[at],
      parameters: cost.parameters,
      trainingSeconds: cost.trainingSeconds,
      secondsPerImage: cost.secondsPerImage,
      samples: picturesOf(samples, samples.count),
      values: figures.map((name) => {
        const one = own.figures.find(({ figure }) => figure === name);
        return one === undefined ? null : { value: one.value, kind: one.kind ?? "exact" };
      }),
    })),
    real: picturesOf(found.real, found.real.count),
    figures,
    floors: figures.map(
      (name) => evaluation.figures.find(({ figure }) => figure === name)?.floor ?? null,
    ),
    protocol: Object.fromEntries(protocol) as ComparisonFacts["protocol"],
    cautions: evaluation.cautions,
  };
}
