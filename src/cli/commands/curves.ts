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

/** The values of a metric in a run, of one kind of images, from its first line on. */
interface Curve {
  readonly run: string;
  /** The images measured: `train`, `validation`, … */
  readonly split: string;
  /** The run, and the images where the run has the metric of several. */
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export function curves(command: Command): void {
  command
    .argument("<runs...>", "run directories, or zoo:NAME")
    .requiredOption(
      "--metric <name>",
      "as metrics.jsonl names it, such as generator.loss or modes; validation.NAME for the validation images alone",
    )
    .option("--out <file>", "the picture, a .png or .svg", "curves.png");
  act(command, async (context, { metric, out }: CurvesChoice, runs: string[]) => {
    requireChart(out);
    await prepareOutput(out);
    const found: Curve[] = [];
    for (const run of runs) {
      const lines = await readMetrics(runPaths(resolveRun(run)).metrics);
      found.push(...curvesOf(run, lines, metric));
    }
    await saveChart(out, chartOf(found, metric));
    context.output.result(
      { metric, out, curves: found.map(({ run, split, points }) => ({ run, split, points })) },
      columns([
        ["run", "lines", "first", "last", "lowest", "highest"],
        ...found.map(({ name, points }) => {
          const values = points.map(({ value }) => value);
          const ends = [values[0], values.at(-1) as number];
          const extremes = [Math.min(...values), Math.max(...values)];
          return [name, integer(points.length), ...[...ends, ...extremes].map((x) => figure(x))];
        }),
        ["wrote", out, "", "", "", ""],
      ]),
    );
  });
}

/**
 * One curve for each kind of images that the metric was measured on.
 *
 * @throws UsageError when a run has no such metric, naming those that it has
 */
function curvesOf(run: string, lines: readonly MetricsLine[], metric: string): Curve[] {
  const curves = new Map<string, Curve["points"][number][]>();
  for (const { step, split, metrics } of lines) {
    const ofSplit = metric.startsWith(`${split}.`) ? metric.slice(split.length + 1) : metric;
    const value = metrics[metric] ?? metrics[ofSplit];
    if (!Number.isFinite(value)) continue;
    const points = curves.get(split) ?? [];
    points.push({ step, value });
    curves.set(split, points);
  }
  if (curves.size > 0) {
    return [...curves].map(([split, points]) => ({
      run,
      split,
      name: curves.size === 1 ? run : `${run}, ${split}`,
      points,
    }));
  }
  const names = [...new Set(lines.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  const known =
    names.length === 0 ? "; it has no measurements yet" : `; it has ${names.join(", ")}`;
  throw new UsageError(`${run} has no values of "${metric}"${didYouMean(metric, names) || known}`);
}

function chartOf(found: readonly Curve[], metric: string): TopLevelSpec {
  return {
    width: 560,
    height: 300,
    background: "white",
    data: {
      values: found.flatMap(({ name, points }) => points.map((point) => ({ name, ...point }))),
    },
    mark: { type: "line", point: { size: 16 } },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step" },
      y: { field: "value", type: "quantitative", title: metric },
      color: {
        field: "name",
        type: "nominal",
        title: null,
        sort: found.map(({ name }) => name),
        legend: { labelLimit: 0 },
      },
    },
  };
}
