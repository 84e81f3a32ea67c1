import type { Command } from "commander";
import { neighbours as findNeighbours, type Neighbours } from "../../runs/neighbours.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { EXTRACTOR_HELP } from "../extractor-help.js";
import { columns, fact, figure, integer, plural } from "../format.js";
import { imageFormat } from "../image-output.js";
import { drawLabelledGrid } from "../labelled-grid.js";
import { addRunOptions, given, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { resolveRun } from "../run-reference.js";
import { showWork } from "../work.js";

/** Images that one can look at in a picture with labels. */
const MOST_IMAGES = 600;

interface NeighboursChoice extends RunChoice {
  readonly count: number;
  readonly nearest: number;
  readonly extractor?: string;
  readonly draw: boolean;
  readonly seed: number;
  readonly out: string;
}

export function neighbours(command: Command): void {
  addRunOptions(command)
    .option("-n, --count <n>", "samples to draw, one a row", wholeNumber(1), 8)
    .option("--nearest <k>", "training images beside each, nearest first", wholeNumber(1), 7)
    .option("--extractor <name>", EXTRACTOR_HELP)
    .option("--draw", "draw each pixel of a sample, instead of showing its mean", false)
    .option("--seed <n>", "the same seed gives the same samples", wholeNumber(0), 0)
    .option("--out <file>", "a .png", "neighbours.png");
  act(command, async (context, options: NeighboursChoice, reference: string) => {
    const { count, nearest, out } = options;
    if (imageFormat(out) !== ".png") throw new UsageError(`--out ${out}: a picture is a .png`);
    if (count * (1 + nearest) > MOST_IMAGES) {
      throw new UsageError(`a picture shows at most ${MOST_IMAGES} images; draw fewer samples`);
    }
    await prepareOutput(out);
    resolveRun(reference);
    const found = await showWork(
      context,
      "searching the training images",
      ({ signal, onProgress }) =>
        findNeighbours(reference, {
          ...given(options),
          count,
          nearest,
          ...given({ signal, onProgress }),
          load: { onNote: context.output.note, ...given({ signal }) },
        }),
    );
    for (const warning of found.warnings) context.output.warn(warning);
    const { images, warnings: _, positions, distances, k, ...facts } = found;
    const labels = labelsOf(found);
    const values = Int32Array.from(labels.keys());
    await writeOutput(
      out,
      await drawLabelledGrid(images, { class: { names: labels, values } }, 1 + k),
    );
    const rows = Array.from({ length: count }, (_, sample) => ({
      sample,
      nearest: Array.from(positions.subarray(sample * k, (sample + 1) * k)),
      distances: Array.from(distances.subarray(sample * k, (sample + 1) * k)),
    }));
    context.output.result(
      { run: reference, ...facts, samples: rows, seed: options.seed, out },
      report(reference, found, options),
    );
  });
}

/** What stands under each image: the sample's number, or the training image's with its distance. */
function labelsOf({ images, positions, distances, k }: Neighbours): string[] {
  return Array.from({ length: images.count }, (_, at) => {
    const [sample, column] = [Math.floor(at / (1 + k)), at % (1 + k)];
    if (column === 0) return `sample ${sample}`;
    const neighbour = sample * k + column - 1;
    return `train ${positions[neighbour]}: ${figure(distances[neighbour])}`;
  });
}

function report(
  reference: string,
  { facts, extractor, sha256, training, distances, k }: Neighbours,
  { count, seed, out }: NeighboursChoice,
): string {
  const first = Array.from({ length: count }, (_, sample) => distances[sample * k]);
  const mean = first.reduce((a, b) => a + b, 0) / count;
  return columns([
    ["run", reference],
    ...Object.entries(facts).map(([key, value]) => [key, fact(value)]),
    ["training images", `${integer(training)}, all searched`],
    ["extractor", extractor],
    ...(sha256 === null ? [] : [["extractor sha256", sha256]]),
    ["nearest", `${figure(mean)} on average, ${figure(Math.min(...first))} at least`],
    ["seed", String(seed)],
    ["wrote", `${out}: ${plural(count, "sample")}, each with its ${k} nearest training images`],
  ]);
}
