import type { Command } from "commander";
import type { TopLevelSpec } from "vega-lite";
import { didYouMean } from "../../core/suggest.js";
import { type MetricsLine, readMetrics } from "../../training/metrics-log.js";
import { runPaths } from "../../training/run-directory.js";
import { act } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import { UsageError } from "../errors.js";
import { columns, figure, integer } from "../format.js";
import { prepareOutput } from "../output-file.js";
import { resolveRun } from "../run-reference.js";

interface CurvesChoice {
  readonly metric: string;
  readonly out: string;
}

/** The values of a metric in a run, from its first line on. */
interface Curve {
  readonly run: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export function curves(command: Command): void {
  command
    .argument("<runs...>", "run directories, or zoo:NAME")
    .requiredOption("--metric <name>", "as metrics.jsonl names it, such as generator.loss or modes")
    .option("--out <file>", "the picture, a .png or .svg", "curves.png");
  act(command, async (context, { metric, out }: CurvesChoice, runs: string[]) => {
    requireChart(out);
    await prepareOutput(out);
    const found: Curve[] = [];
    for (const run of runs) {
      const lines = await readMetrics(runPaths(resolveRun(run)).metrics);
      found.push({ run, points: pointsOf(run, lines, metric) });
    }
    await saveChart(out, chartOf(found, metric));
    context.output.result(
      { metric, out, curves: found },
      columns([
        ["run", "lines", "first", "last", "lowest", "highest"],
        ...found.map(({ run, points }) => {
          const values = points.map(({ value }) => value);
          const ends = [values[0], values.at(-1) as number];
          const extremes = [Math.min(...values), Math.max(...values)];
          return [run, integer(points.length), ...[...ends, ...extremes].map((x) => figure(x))];
        }),
        ["wrote", out, "", "", "", ""],
      ]),
    );
  });
}

/** @throws UsageError when a run has no such metric, naming those that it has */
function pointsOf(run: string, lines: readonly MetricsLine[], metric: string): Curve["points"] {
  const points = lines.flatMap(({ step, metrics }) =>
    Number.isFinite(metrics[metric]) ? [{ step, value: metrics[metric] }] : [],
  );
  if (points.length > 0) return points;
  const names = [...new Set(lines.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  throw new UsageError(
    `${run} has no values of "${metric}"${didYouMean(metric, names) || `; it has ${names.join(", ")}`}`,
  );
}

function chartOf(found: readonly Curve[], metric: string): TopLevelSpec {
  return {
    width: 560,
    height: 300,
    background: "white",
    data: {
      values: found.flatMap(({ run, points }) => points.map((point) => ({ run, ...point }))),
    },
    mark: { type: "line", point: { size: 16 } },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step" },
      y: { field: "value", type: "quantitative", title: metric },
      color: {
        field: "run",
        type: "nominal",
        title: null,
        sort: found.map(({ run }) => run),
        legend: { labelLimit: 0 },
      },
    },
  };
}
