import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { factsOf, protocolOf } from "../src/cli/facts.js";
import { writeFileAtomic } from "../src/core/atomic-file.js";
import { modelCard } from "../src/core/model-card.js";
import { valuesOf } from "../src/core/stored-state.js";
import { binarise } from "../src/data/index.js";
import { loadDataOf, openRun, sample, saveGrid, score } from "../src/index.js";
import { bestCheckpoint, writeBest } from "../src/training/checkpoint.js";
import { runPaths } from "../src/training/run-directory.js";

/**
 * Makes a zoo run from a trained run: `npx tsx scripts/pack-zoo.ts RUN NAME "COMMAND"`.
 *
 * Stores the best weights as float16, computes the score from the stored weights, and writes a card with
 * the command that trained the run.
 */
const IMPORTANCE_SAMPLES = 200;

const [from, name, command] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: npx tsx scripts/pack-zoo.ts RUN NAME "COMMAND"');
  process.exit(2);
}
const [source, target] = [
  runPaths(from),
  runPaths(fileURLToPath(new URL(`../zoo/${name}`, import.meta.url))),
];

const trained = await openRun(from, { host: "inline" });
const checkpoint = await bestCheckpoint(source.checkpoints);
if (checkpoint === undefined) throw new Error(`${from} has no best checkpoint`);
await rm(target.directory, { recursive: true, force: true });
await mkdir(target.checkpoints, { recursive: true });
await cp(source.record, target.record);
await cp(source.metrics, target.metrics);
const { groups } = trained.model.state;
await writeBest(
  target.checkpoints,
  {
    groups,
    values: valuesOf(checkpoint.tensors, groups, { source: checkpoint.path }),
    info: checkpoint.info,
  },
  { half: true },
);
await trained.close();

const packed = await openRun(target.directory, { host: "inline" });
const images = await loadDataOf(packed.data, "test");
const test = binarise(images, packed.data.binarisation);
const protocol = protocolOf(packed, images);
const scores = [];
// A bound is reported together with an importance-weighted estimate; other scores have one figure.
const { definition } = packed.model;
for (const samples of definition.density === "bound" ? [1, IMPORTANCE_SAMPLES] : [undefined]) {
  const result = await score(packed.model, test, { ...(samples && { samples }), protocol });
  console.log(`${result.value.toFixed(3)} nats (${result.kind}), ${result.protocol.estimator}`);
  scores.push({ label: `${images.name}, ${images.split} images`, score: result });
}
await saveGrid(join(target.directory, "samples.png"), await sample(packed.model, { count: 64 }), {
  scale: 1,
});
const card = modelCard(packed.model, [], { name, facts: factsOf(packed), scores });
const made = `Weights are stored as float16. The run was trained by\n\n\`\`\`sh\n${command}\n\`\`\`\n`;
await writeFileAtomic(
  join(target.directory, "README.md"),
  new TextEncoder().encode(`${card.trimEnd()}\n\n![samples](samples.png)\n\n${made}`),
);
await packed.close();
