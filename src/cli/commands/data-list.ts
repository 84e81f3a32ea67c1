import type { Command } from "commander";
import { defaultCacheDir, NO_CACHE } from "../../data/cache.js";
import { datasets } from "../../data/datasets.js";
import { act } from "../action.js";
import { effort, knownOf } from "../data-description.js";
import { columns, integer } from "../format.js";
import type { Output } from "../output.js";

export function dataList(command: Command): void {
  command.description("list the data sets and which are on this machine");
  act(command, ({ output }) => listDatasets(output));
}

/** Prints every named data set. */
export async function listDatasets(output: Output): Promise<void> {
  const cache = defaultCacheDir();
  const found = await Promise.all(
    datasets.map(async (dataset) => ({ dataset, here: await dataset.isAvailable(cache) })),
  );
  const { bold, cyan, green, dim } = output.colours;
  const heads = ["DATA", "IMAGES", "TRAIN", "TEST", "ON THIS MACHINE", "WHAT"].map((head) =>
    bold(head),
  );
  const rows = found.map(({ dataset, here }) => [
    cyan(dataset.name),
    `${dataset.channels}×${dataset.height}×${dataset.width}`,
    integer(dataset.splits.train),
    integer(dataset.splits.test),
    here ? green("yes") : `no: figment data get ${dataset.name}`,
    `${dataset.title}${here ? "" : dim(`, ${effort(dataset)}`)}`,
  ]);
  output.result(
    found.map(({ dataset, here }) => ({ ...knownOf(dataset), available: here })),
    `${columns([heads, ...rows], "   ")}\n\n` +
      dim(
        `In place of a name, every command takes a path: a folder of images, an IDX file or a .npy.\n` +
          `figment data NAME says more about one, figment data show NAME draws some of its images.\n` +
          (cache === NO_CACHE
            ? "This user has no home directory: set FIGMENT_CACHE to a folder for what is fetched."
            : `Data sets that are fetched or drawn once are kept in ${cache}.`),
      ),
  );
}
