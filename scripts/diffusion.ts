/**
 * Compares the samplers and the weights of guidance on one trained ddpm, row by row, and writes
 * docs/diffusion.json, the tables of docs/diffusion.md and two charts.
 *
 *   npx tsx scripts/diffusion.ts RUN [IMAGES]    continues where it was stopped, for the same run
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { saveChart } from "../src/cli/chart.js";
import { figure } from "../src/cli/format.js";
import { writeFileAtomic } from "../src/core/atomic-file.js";
import { runDirectory } from "../src/runs/index.js";
import { guidanceChart, samplerChart } from "./diffusion/charts.js";
import { type Asked, measured, openJudging, type Row } from "./diffusion/measure.js";
import { table } from "./table.js";

const [ROWS, PAGE] = ["docs/diffusion.json", "docs/diffusion.md"];

const sampler = (name: string, steps: number): Asked => ({ sampler: name, steps, guidance: 1 });
/** The quick ones first, so that the script can be stopped early. */
const samplers: readonly Asked[] = [
  ...[5, 10, 20].map((steps) => sampler("dpmpp-2m", steps)),
  ...[5, 10, 20].map((steps) => sampler("ddim", steps)),
  sampler("heun", 5),
  sampler("heun", 10),
  sampler("dpmpp-2s", 5),
  sampler("dpmpp-2s", 10),
  ...[10, 20].map((steps) => sampler("lms", steps)),
  ...[20, 50].map((steps) => sampler("ddpm", steps)),
  sampler("euler-ancestral", 20),
  sampler("dpmpp-2m", 50),
  sampler("dpmpp-2m", 100),
  sampler("ddpm", 100),
  sampler("ddpm", 1000),
];
const guided: readonly Asked[] = [1, 2, 3, 5].map((guidance) => ({
  sampler: "dpmpp-2m",
  steps: 10,
  guidance,
}));

const FIGURES = ["Fréchet distance", "kernel distance", "precision", "recall", "coverage"];

const [run, given = "1000"] = process.argv.slice(2);
/** Images of each setting. */
const COUNT = Number(given);
if (run === undefined || !Number.isInteger(COUNT) || COUNT < 1) {
  console.error("usage: npx tsx scripts/diffusion.ts RUN [IMAGES]");
  process.exit(2);
}
const record = await readFile(join(runDirectory(run), "run.json"), "utf8");
const key = createHash("sha256").update(`${record} ${COUNT}`).digest("hex").slice(0, 16);

interface Stored {
  readonly key: string;
  readonly rows: readonly Row[];
}

const before = existsSync(ROWS) ? (JSON.parse(readFileSync(ROWS, "utf8")) as Stored) : undefined;
const rows: Row[] = before?.key === key ? [...before.rows] : [];
const known = (asked: Asked): Row | undefined =>
  rows.find(
    (row) =>
      row.sampler === asked.sampler && row.steps === asked.steps && row.guidance === asked.guidance,
  );
const judging = await openJudging(run, COUNT);
for (const asked of [...guided, ...samplers]) {
  if (known(asked) !== undefined) continue;
  console.error(`${asked.sampler}, ${asked.steps} steps, guidance ${asked.guidance}`);
  rows.push(await measured(asked, judging));
  await writeFileAtomic(ROWS, `${JSON.stringify({ key, rows }, null, 1)}\n`);
  await publish();
}
await judging.run.close();
await judging.judge.close();

/** Writes tables and charts of the rows so far. */
async function publish(): Promise<void> {
  const [bySampler, byGuidance] = [samplers, guided].map((wanted) =>
    wanted.flatMap((asked) => known(asked) ?? []),
  );
  let page = await readFile(PAGE, "utf8");
  page = between(page, "samplers", samplerTable(bySampler));
  page = between(page, "guidance", guidanceTable(byGuidance));
  await writeFileAtomic(PAGE, page);
  await saveChart("docs/diffusion-samplers.png", samplerChart(bySampler));
  await saveChart("docs/diffusion-guidance.png", guidanceChart(byGuidance));
}

function samplerTable(found: readonly Row[]): string {
  const floor = (name: string) => found[0]?.figures[name]?.floor;
  return table(
    ["sampler", "steps", "evaluations", ...FIGURES],
    [
      ...found.map(({ sampler: name, steps, evaluations, figures }) => [
        `\`${name}\``,
        String(steps),
        String(evaluations),
        ...FIGURES.map((wanted) => figure(figures[wanted]?.value ?? Number.NaN)),
      ]),
      ["training images", "", "", ...FIGURES.map((name) => figure(floor(name) ?? Number.NaN))],
    ],
  );
}

function guidanceTable(found: readonly Row[]): string {
  return table(
    ["guidance", "class found", ...FIGURES],
    found.map(({ guidance, accuracy, figures }) => [
      String(guidance),
      figure(accuracy),
      ...FIGURES.map((wanted) => figure(figures[wanted]?.value ?? Number.NaN)),
    ]),
  );
}

/** Replaces what stands between two markers. */
function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks the markers of ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
