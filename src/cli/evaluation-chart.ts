import type { TopLevelSpec } from "vega-lite";
import { writeFileAtomic } from "../core/atomic-file.js";
import { EVALUATED } from "../training/inspection.js";
import { type MetricsLine, readMetrics } from "../training/metrics-log.js";
import { runPaths } from "../training/run-directory.js";
import { renderChart } from "./chart.js";

/** Draws how the samples of a run became better. @returns the picture's path, if there is anything to draw */
export async function saveEvaluationChart(directory: string): Promise<string | undefined> {
  const { metrics, evaluationChart: path } = runPaths(directory);
  const lines = await readMetrics(metrics);
  const evaluated = lines.filter(({ split }) => split === EVALUATED);
  if (evaluated.length === 0) return undefined;
  // The run may be a stranger's, with a link in place of the picture.
  await writeFileAtomic(path, await renderChart(evaluationChart(evaluated)));
  return path;
}

/** What a panel shows: figures of one unit. */
interface Panel {
  readonly title: string;
  readonly scale: "log" | "linear";
  holds(figure: string): boolean;
}

const panels: readonly Panel[] = [
  { title: "Fréchet distance", scale: "log", holds: (name) => name.startsWith("frechetDistance") },
  { title: "modes", scale: "linear", holds: (name) => name === "modes" },
  { title: "nats", scale: "linear", holds: (name) => /Nats(Floor)?$/.test(name) },
  { title: "share", scale: "linear", holds: () => true },
];

const NAMES: Readonly<Record<string, string>> = {
  frechetDistance: "samples",
  frechetDistanceFloor: "floor: training images",
};

/** A panel for the figures of each unit, over the epochs. */
function evaluationChart(lines: readonly MetricsLine[]): TopLevelSpec {
  const values = lines.flatMap(({ epoch, metrics }) =>
    Object.entries(metrics)
      .filter(([, value]) => Number.isFinite(value))
      .map(([figure, value]) => ({ epoch, figure, value })),
  );
  const panelOf = (figure: string) => panels.find(({ holds }) => holds(figure));
  const filled = panels
    .map((panel) => ({ panel, rows: values.filter(({ figure }) => panelOf(figure) === panel) }))
    .filter(({ rows }) => rows.length > 0);
  return {
    resolve: { scale: { color: "independent" } },
    vconcat: filled.map(({ panel: { title, scale }, rows }) => ({
      width: 360,
      height: 200,
      data: { values: rows.map((row) => ({ ...row, figure: NAMES[row.figure] ?? row.figure })) },
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "epoch", type: "quantitative", axis: { tickMinStep: 1 } },
        y: { field: "value", type: "quantitative", scale: { type: scale }, title },
        color: { field: "figure", type: "nominal", title: null, legend: { labelLimit: 0 } },
      },
    })),
  };
}
