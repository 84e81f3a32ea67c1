/**
 * Evaluates the models of the results page one by one, and writes docs/results.json and docs/results.md.
 *
 *   npm run results             continues where it was stopped; models whose figures stand are left alone
 *   npm run results -- dcgan    looks at these only
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../src/core/atomic-file.js";
import { parameterCount } from "../src/core/parameter-count.js";
import { loadDataset, readImages, subset, writeNpy } from "../src/data/index.js";
import { type EvaluateOptions, evaluate, openRun, runDirectory } from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";
import { readRun } from "../src/training/run-directory.js";
import { versions } from "../src/training/versions.js";
import {
  type Fooled,
  type Judged,
  RESULTS_FILE,
  type Result,
  type ResultsDocument,
  readResults,
} from "./results/document.js";
import { resultsPage } from "./results/page.js";
import { type Recipe, recipes } from "./results/recipes.js";

/** Images of each set. The interval says what more of them would change. */
const COUNT = 2000;
const METRICS = ["fd", "prdc", "memorisation", "nll"];
const EXTRACTORS = {
  mnist: "zoo:classifier-mnist",
  "fashion-mnist": "zoo:classifier-fashion",
} as const;
const evaluated = ({ data }: Recipe): EvaluateOptions => ({
  count: COUNT,
  metrics: METRICS,
  extractor: EXTRACTORS[data ?? "mnist"],
  draw: true,
  host: "inline",
  seed: 0,
});
const FOOLED: EvaluateOptions = {
  count: COUNT,
  real: "mnist",
  metrics: ["fd", "prdc", "memorisation", "parzen"],
  host: "inline",
  extractor: EXTRACTORS.mnist,
  seed: 0,
};
const COPIES = `copies of ${COUNT.toLocaleString("en")} training images`;
/** Sets that some metrics praise without cause, by the run that draws them; copies come from none. */
const fooling: readonly { readonly name: string; readonly run?: string }[] = [
  { name: COPIES },
  { name: "mean images of the vae", run: "zoo:vae-mnist" },
  {
    name: "500 cluster centres: means of the bernoulli-mixture",
    run: "zoo:bernoulli-mixture-mnist",
  },
];

const hash = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/** Hash of the files that describe a run: it changes with its training. */
const recordOf = async (run: string): Promise<string> =>
  hash(await readFile(join(runDirectory(run), "run.json"), "utf8"));

const judged = async (reference: string, options: EvaluateOptions): Promise<Judged> => {
  const [{ figures, protocol, cautions }] = await evaluate([reference], {
    ...options,
    onProgress: ({ label, done, total }) => say(`${label}: ${Math.round((100 * done) / total)} %`),
  });
  return { figures, protocol, cautions };
};

let said = "";
function say(text: string): void {
  if (text === said) return;
  said = text;
  process.stderr.write(`  ${text}\n`);
}

/** The run of a recipe, trained where it does not ship. */
async function runOf({ name, zoo, train }: Recipe): Promise<string> {
  if (zoo !== undefined) return `zoo:${zoo}`;
  const directory = `runs/results/${name}`;
  const begun = existsSync(join(directory, "run.json"));
  // Resuming would rewrite the record of a run that has ended.
  if (begun && (await readRun(directory)).status === "finished") return directory;
  const args = begun
    ? ["train", "--resume", directory]
    : ["train", ...(train ?? []), "--out", directory];
  const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
  return directory;
}

async function modelResult(recipe: Recipe, before: Result | undefined): Promise<Result> {
  const run = await runOf(recipe);
  const options = evaluated(recipe);
  const key = hash([recipe, options, versions().figment, await recordOf(run)]);
  if (before?.key === key) return before;
  console.error(recipe.name);
  const metrics = METRICS.filter((name) => name !== "nll" || !recipe.withoutLikelihood);
  const { sampling } = recipe;
  const evaluation = await judged(run, { ...options, metrics, ...(sampling && { sampling }) });
  const opened = await openRun(run, { host: "inline" });
  const parameters = parameterCount(opened.model);
  const trainingSeconds = opened.record.progress.seconds;
  await opened.close();
  return { ...recipe, key, evaluation, parameters, trainingSeconds };
}

async function fooledResult(
  { name, run }: (typeof fooling)[number],
  before: Fooled | undefined,
): Promise<Fooled> {
  const key = hash([
    name,
    FOOLED,
    versions().figment,
    run === undefined ? "" : await recordOf(run),
  ]);
  if (before?.key === key) return before;
  console.error(name);
  if (run !== undefined) return { name, key, evaluation: await judged(run, FOOLED) };
  const folder = await mkdtemp(join(tmpdir(), "figment-results-"));
  try {
    const training = await loadDataset("mnist", { split: "train" });
    const chosen = stream(1, "results/copies").permutation(training.count).subarray(0, COUNT);
    const { pixelsUnit } = await readImages(subset(training, chosen));
    const file = join(folder, "copies.npy");
    await writeNpy(file, pixelsUnit, [COUNT, 1, 28, 28]);
    const evaluation = await judged(file, FOOLED);
    // The file is gone once this ends; its name would say nothing.
    const protocol = { ...evaluation.protocol, images: COPIES };
    return { name, key, evaluation: { ...evaluation, protocol } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function save(document: ResultsDocument): Promise<void> {
  await writeFileAtomic(RESULTS_FILE, `${JSON.stringify(document, null, 1)}\n`);
  await writeFileAtomic("docs/results.md", resultsPage(document));
}

let document = readResults();
/** Those that still have a recipe, in the recipes' order, with a new one in its place. */
const placed = <T extends { readonly name: string }>(
  names: readonly string[],
  entries: readonly T[],
  entry: T,
): T[] =>
  names.flatMap((name) =>
    name === entry.name ? [entry] : entries.filter((other) => other.name === name),
  );

const byName = <T extends { readonly name: string }>(entries: readonly T[], name: string) =>
  entries.find((entry) => entry.name === name);

const named = process.argv.slice(2);
const known = [...recipes, ...fooling].map(({ name }) => name);
const strange = named.find((name) => !known.includes(name));
if (strange !== undefined) {
  console.error(`the results have no "${strange}": name some of ${known.join(", ")}`);
  process.exit(2);
}
const asked = ({ name }: { readonly name: string }) => named.length === 0 || named.includes(name);

for (const recipe of recipes.filter(asked)) {
  const found = await modelResult(recipe, byName(document.models, recipe.name));
  const names = recipes.map(({ name }) => name);
  document = { ...document, models: placed(names, document.models, found) };
  await save(document);
}
for (const entry of fooling.filter(asked)) {
  const found = await fooledResult(entry, byName(document.fooled, entry.name));
  const names = fooling.map(({ name }) => name);
  document = { ...document, fooled: placed(names, document.fooled, found) };
  await save(document);
}
