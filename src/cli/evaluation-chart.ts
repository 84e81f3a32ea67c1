import { join } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { EVALUATED } from "../training/inspection.js";
import { type MetricsLine, readMetrics } from "../training/metrics-log.js";
import { runPaths } from "../training/run-directory.js";
import { saveChart } from "./chart.js";

/** The chart of the evaluations of a run, in its directory. */
export const EVALUATION_CHART = "evaluation.png";

/** Draws how the samples of a run became better. @returns whether there is anything to draw */
export async function saveEvaluationChart(directory: string): Promise<boolean> {
  const lines = await readMetrics(runPaths(directory).metrics);
  const evaluated = lines.filter(({ split }) => split === EVALUATED);
  if (evaluated.length === 0) return false;
  await saveChart(join(directory, EVALUATION_CHART), evaluationChart(evaluated));
  return true;
}

const DISTANCES = { frechetDistance: "samples", frechetDistanceFloor: "floor: training images" };

/** Distance and floor above the shares of the manifolds, over the epochs. */
function evaluationChart(lines: readonly MetricsLine[]): TopLevelSpec {
  const values = lines.flatMap(({ epoch, metrics }) =>
    Object.entries(metrics).map(([figure, value]) => ({ epoch, figure, value })),
  );
  const named = Object.entries(DISTANCES).map(([figure, name]) =>
    values.filter((one) => one.figure === figure).map((one) => ({ ...one, figure: name })),
  );
  const shares = values.filter(({ figure }) => !(figure in DISTANCES));
  const panel = (rows: typeof values, title: string, type: "log" | "linear") =>
    ({
      width: 360,
      height: 200,
      data: { values: rows },
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "epoch", type: "quantitative", axis: { tickMinStep: 1 } },
        y: { field: "value", type: "quantitative", scale: { type }, title },
        color: {
          field: "figure",
          type: "nominal",
          title: null,
          legend: { labelLimit: 0 },
        },
      },
    }) as const;
  return {
    resolve: { scale: { color: "independent" } },
    vconcat: [panel(named.flat(), "Fréchet distance", "log"), panel(shares, "share", "linear")],
  };
}
