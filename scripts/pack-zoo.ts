import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { saveChart } from "../src/cli/chart.js";
import { judge } from "../src/cli/classification.js";
import { classificationChart } from "../src/cli/classification-chart.js";
import { judgementFigures } from "../src/cli/classification-report.js";
import { factsOf, protocolOf } from "../src/cli/facts.js";
import { writeFileAtomic } from "../src/core/atomic-file.js";
import { consecutive } from "../src/core/capabilities/batches.js";
import { canClassify } from "../src/core/capabilities/classify.js";
import { census, judgeOf, validate } from "../src/core/capabilities/validate.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import { modelCard } from "../src/core/model-card.js";
import { hashOf, hostedValues } from "../src/core/part.js";
import { weightGroups } from "../src/core/state.js";
import { binarise, subset } from "../src/data/index.js";
import { classify, loadDataOf, type OpenRun, openRun, score } from "../src/index.js";
import { sameNumbers } from "../src/metrics/same-numbers.js";
import { actualClasses } from "../src/runs/actual-classes.js";
import { priorTest } from "../src/runs/prior-test.js";
import { bestCheckpoint, latestCheckpoint, writeBest } from "../src/training/checkpoint.js";
import { runPaths } from "../src/training/run-directory.js";
import { drawPictures } from "./zoo-pictures.js";

/**
 * Makes a zoo run from a trained run: `npx tsx scripts/pack-zoo.ts RUN NAME "COMMAND" [PART=zoo:NAME…]`.
 * A part that was trained elsewhere is then said to be the zoo run that it became.
 *
 * Stores the best weights as float16, or with `--last` the last ones, computes scores or classes from them,
 * and writes a card with the command that trained the run.
 */
const IMPORTANCE_SAMPLES = 200;
const PRIOR_CODES = 2000;

const { values: options, positionals } = parseArgs({
  options: { last: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [from, name, command, ...parts] = positionals;
if (command === undefined) {
  console.error('usage: npx tsx scripts/pack-zoo.ts RUN NAME "COMMAND" [PART=zoo:NAME…] [--last]');
  process.exit(2);
}
const [source, target] = [
  runPaths(from),
  runPaths(fileURLToPath(new URL(`../zoo/${name}`, import.meta.url))),
];

const best = options.last ? undefined : await bestCheckpoint(source.checkpoints);
// Training that has no figure to pick the best weights by keeps the last.
const checkpoint = best ?? (await latestCheckpoint(source.checkpoints)).checkpoint;
const trained = await openRun(from, {
  host: "inline",
  checkpoint: options.last ? "last" : "best",
});
if (checkpoint === undefined) throw new Error(`${from} has no checkpoint`);
await rm(target.directory, { recursive: true, force: true });
await mkdir(target.checkpoints, { recursive: true });
await cp(source.record, target.record);
await cp(source.metrics, target.metrics);
await writeBest(
  target.checkpoints,
  {
    groups: weightGroups(trained.model.model, trained.model.data),
    values: await trained.model.values(),
    info: checkpoint.info,
  },
  { half: true },
);
await trained.close();
await amendRecord();

const packed = await openRun(target.directory, { host: "inline" });
const images = await loadDataOf(packed.data, "test");
const test = binarise(images, packed.data.binarisation);
const protocol = protocolOf(packed, images);
const { score: density } = packed.model.model.capabilities;

const scores = density === undefined ? [] : await scoresOf(packed);
// A score that takes long would take as long for each class of each image.
const classifies = canClassify(packed.model) && density?.cardImages === undefined;
const sections = classifies ? [await classesOf(packed)] : await figuresOf(packed);
sections.push(...(await drawPictures(packed.model, test, target.directory)));
const card = modelCard(packed.model, [], { name, facts: factsOf(packed), scores });
const made = `${options.last ? "The last weights, not the best by validation, stored as float16." : "Weights are stored as float16."} Made by\n\n\`\`\`sh\n${command}\n\`\`\`\n`;
await writeFileAtomic(
  join(target.directory, "README.md"),
  new TextEncoder().encode([card.trimEnd(), ...sections, made].join("\n\n")),
);
await packed.close();

/** Names the zoo runs that the parts are, and forgets the best step where its weights are not kept. */
async function amendRecord(): Promise<void> {
  const record = JSON.parse(await readFile(target.record, "utf8"));
  if (options.last) record.progress.best = null;
  for (const [part, origin] of await originsOfParts()) record.parts[part].origin = origin;
  await writeFileAtomic(target.record, `${JSON.stringify(record, null, 2)}\n`);
}

/** Which zoo runs the parts are, once their weights are seen to be the same. */
async function originsOfParts() {
  if (parts.length === 0) return [];
  const origins = [];
  const host = await openRun(target.directory, { host: "inline" });
  const values = await host.model.values();
  for (const [part, reference] of parts.map((pair) => pair.split("=", 2))) {
    const own = await openRun(reference, { host: "inline" });
    const weights = await own.model.values();
    for (const [path, value] of hostedValues(part, weights)) {
      if (sameNumbers(values.get(path) as Float32Array, value as Float32Array)) continue;
      throw new Error(`${path} differs from ${reference}`);
    }
    const { step } = own.record.progress;
    origins.push([part, { run: reference, step, sha256: await hashOf(weights) }] as const);
    await own.close();
  }
  await host.close();
  return origins;
}

/**
 * Scores of the test images, of the first ones where scores take long. A bound is given beside the estimate
 * that it bounds.
 */
async function scoresOf({ model }: OpenRun) {
  const { cardImages, kind } = model.model.capabilities.score ?? {};
  const some = cardImages === undefined ? test : subset(test, consecutive(0, cardImages));
  const sampled = kind?.(1) === "bound" && kind(IMPORTANCE_SAMPLES) === "estimate";
  const scores = [];
  for (const samples of sampled && cardImages === undefined
    ? [1, IMPORTANCE_SAMPLES]
    : [undefined]) {
    const result = await score(model, some, { ...(samples && { samples }), protocol });
    console.log(`${result.value.toFixed(3)} nats (${result.kind}), ${result.protocol.estimator}`);
    scores.push({ label: `${images.name}, ${images.split} images`, score: result });
  }
  return scores;
}

/**
 * What a model without a density is judged by, and any model's census and prior, on the test images, as a
 * section of the card.
 */
async function figuresOf({ model }: OpenRun): Promise<string[]> {
  const judge = density === undefined ? judgeOf(model.model) : undefined;
  const figures = {
    ...(judge && { [judge.metric]: await validate(model, test) }),
    ...(await census(model, test)),
    ...(model.model.capabilities.prior && (await priorFigures(model))),
  };
  if (Object.keys(figures).length === 0) return [];
  const rows = Object.entries({ ...figures, ...protocol });
  for (const row of rows) console.log(row.join(": "));
  const write = (value: string | number | null) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const table = rows.map(([key, value]) => `| ${key} | ${write(value)} |`).join("\n");
  const drawn = model.model.sampling === undefined ? "" : `\n\nSamples: ${model.model.sampling}.`;
  return [`## Figures\n\n|  |  |\n| --- | --- |\n${table}${drawn}`];
}

/** Whether codes of test images can be told from codes of the prior. */
async function priorFigures(model: LoadedModel) {
  const { images: some, test: found } = await priorTest(model, test, { count: PRIOR_CODES });
  return { [`p of ${some.count} codes against the prior`]: found.pValue, "MMD²": found.mmdSquared };
}

/** How well the classes of the test images are found, as a section of the card. */
async function classesOf({ model }: OpenRun): Promise<string> {
  const found = await classify(model, test);
  const judgement = judge(found, actualClasses(model, test) ?? []);
  const title = `${images.name}, ${images.split} images`;
  const chart = classificationChart(title, found.names, judgement);
  await saveChart(join(target.directory, "classes.png"), chart);
  const rows = [...judgementFigures(judgement), ["by", found.method], ...Object.entries(protocol)];
  for (const row of rows) console.log(row.join(": "));
  const table = rows.map(([key, value]) => `| ${key} | ${value} |`).join("\n");
  return `## Classes\n\n|  |  |\n| --- | --- |\n${table}\n\n![confusion matrix and reliability diagram](classes.png)`;
}
