/**
 * A process that trains toy-gan, to be killed: `train-toy.js DIRECTORY STEPS`, once bundled, begins a run
 * or goes on with the one that is there. It says a word once training is on its way.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadDataset } from "../src/data/index.js";
import { resumeTraining, trainRun } from "../src/runs/index.js";
import { toyGan } from "./contract/toy-gan.testing.js";

const [directory, steps] = process.argv.slice(2);
let said = false;
const options = {
  threads: 1,
  host: "inline",
  findModel: () => toyGan,
  onProgress: () => {
    if (!said) process.stderr.write("training\n");
    said = true;
  },
} as const;

if (existsSync(join(directory, "run.json"))) {
  await resumeTraining(directory, options);
} else {
  await trainRun({
    ...options,
    model: toyGan,
    data: await loadDataset("digits"),
    binarisation: { mode: "dynamic", seed: 0 },
    training: { steps: Number(steps), batchSize: 32, checkpointSeconds: 0 },
    seed: 7,
    out: directory,
  });
}
