import type { Command } from "commander";
import { plane as describePlane, type PlaneReport } from "../../runs/plane.js";
import { act } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import { columns, figure, integer } from "../format.js";
import { addRunOptions, given, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput } from "../output-file.js";
import { planeChart } from "../plane-chart.js";
import { resolveRun } from "../run-reference.js";

interface PlaneCommandChoice extends RunChoice {
  readonly count: number;
  readonly seed: number;
  readonly out: string;
}

export function plane(command: Command): void {
  addRunOptions(command)
    .option(
      "-n, --count <n>",
      "points to draw; published figures are for 2,500",
      wholeNumber(2),
      2500,
    )
    .option("--seed <n>", "the same seed gives the same points", wholeNumber(0), 0)
    .option("--out <file>", "the picture, a .png or .svg", "plane.png");
  act(command, async (context, options: PlaneCommandChoice, reference: string) => {
    const { count, seed, out } = options;
    requireChart(out);
    await prepareOutput(out);
    resolveRun(reference);
    const { signal } = context;
    const report = await describePlane(reference, { ...given(options), count, seed, signal });
    const { density, drawn, discriminator, step } = report;
    await saveChart(
      out,
      planeChart({
        title: `${integer(count)} points of ${reference} after ${integer(step)} steps`,
        density,
        images: drawn,
        annotations: {},
        ...(discriminator && { realness: discriminator }),
      }),
    );
    const { drawn: _, density: __, discriminator: view, ...figures } = report;
    const { logits: ___, cells: ____, slopes: _____, ...gap } = view ?? {};
    context.output.result(
      { run: reference, seed, out, ...figures, discriminator: view === undefined ? null : gap },
      reportOf(report, reference, out),
    );
  });
}

function reportOf(report: PlaneReport, reference: string, out: string): string {
  const { data, step, modes, divergence, floor, discriminator } = report;
  const beside = (value: number, least: number) =>
    `${figure(value)} (the data itself: ${figure(least)})`;
  return columns([
    ["run", `${reference}, after ${integer(step)} steps on ${data}`],
    ["points", integer(divergence.count)],
    ...(modes === undefined
      ? []
      : [
          ["modes", `${modes.found} of ${modes.modes}`],
          ["within 3σ", `${(100 * modes.highQuality).toFixed(1)} % (the data itself: 98.9 %)`],
          ["reverse KL over modes", `${figure(modes.reverseKlNats)} nats`],
        ]),
    ["JSD over 50 × 50 cells", `${beside(divergence.jsdNats, floor.jsdNats)} nats`],
    ...(discriminator === undefined
      ? []
      : [
          ["D against p / (p + q)", `${figure(discriminator.gap)} apart on average`],
          [
            "JSD",
            `${figure(discriminator.jsdNats)} nats between p and q; by D's value of the game ${figure(discriminator.valueNats)}`,
          ],
          ["q", `kernel density, bandwidth ${figure(discriminator.bandwidth)}`],
        ]),
    ["wrote", out],
  ]);
}
