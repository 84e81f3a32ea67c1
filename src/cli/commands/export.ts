import { join } from "node:path";
import type { Command } from "commander";
import { score } from "../../core/capabilities/score.js";
import { exportModel } from "../../core/export.js";
import { defaultCacheDir } from "../../data/cache.js";
import { findDataset } from "../../data/datasets.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { factsOf, protocolOf } from "../facts.js";
import { byteSize, columns } from "../format.js";
import { imagesFor, picked } from "../images.js";
import { addRunOptions, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface ExportChoice extends RunChoice {
  readonly out: string;
  readonly scores: boolean;
  readonly samples: number;
}

export function exportRun(command: Command): void {
  addRunOptions(command)
    .requiredOption("--out <dir>", "directory to write to; files with the same names are replaced")
    .option(
      "--samples <k>",
      "importance samples for an estimate besides the score",
      wholeNumber(1),
      1,
    )
    .option("--no-scores", "leave the scores on test images out of the card");
  act(command, async (context, options: ExportChoice, reference: string) => {
    const { out } = options;
    await prepareOutput(join(out, "README.md"));
    await withRun(reference, options, context, async (run) => {
      const scores = options.scores ? await cardScores(run, options.samples, context) : [];
      const files = await showWork(context, "exporting", (work) =>
        exportModel(run.model, { ...work, name: run.name, facts: factsOf(run), scores }),
      );
      for (const [name, bytes] of files) await writeOutput(join(out, name), bytes);
      const written = Array.from(files, ([name, { length: bytes }]) => ({ name, bytes }));
      context.output.result(
        { run: run.name, model: run.record.model, step: run.step, out, files: written },
        `wrote ${out}:\n${columns(written.map(({ name, bytes }) => [`  ${name}`, byteSize(bytes)]))}`,
      );
    });
  });
}

/** Scores on the test images, where the model has a density and the images are on this machine. */
async function cardScores(run: OpenRun, samples: number, context: Context) {
  const { name: source } = run.data;
  if (run.model.model.capabilities.score === undefined) return [];
  const dataset = findDataset(run.data.source);
  if (dataset !== undefined && !(await dataset.isAvailable(defaultCacheDir()))) {
    context.output.warn(
      `${source} is not on this machine, so the card has no scores; run: figment data get ${source}`,
    );
    return [];
  }
  const { cardImages } = run.model.model.capabilities.score;
  const all = await imagesFor(run, [], {}, context);
  const images = cardImages === undefined ? all : picked(all, { count: cardImages });
  const protocol = protocolOf(run, images);
  const wanted = samples > 1 ? [1, samples] : [1];
  const scores = [];
  for (const each of wanted) {
    const result = await showWork(context, "scoring", (work) =>
      score(run.model, images, { ...work, samples: each, protocol }),
    );
    scores.push({ label: `${source}, ${images.split} images`, score: result });
  }
  return scores;
}
