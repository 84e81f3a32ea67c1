import { Argument, type Command } from "commander";
import { defaultCacheDir } from "../../data/cache.js";
import { fetchDataset, namedDataset } from "../../data/datasets.js";
import { act } from "../action.js";
import { integer } from "../format.js";
import { showDataWork } from "../work.js";

export function dataGet(command: Command): void {
  command
    .description(
      "fetch or draw a data set, verify it and keep it; replaces one that is kept already",
    )
    .addArgument(new Argument("<name>", "name of the data set"));
  act(command, async (context, _options, name: string) => {
    const dataset = namedDataset(name);
    const cache = defaultCacheDir();
    // Sets that ship with Figment, or are drawn while reading, are never kept.
    const isKept = !(await dataset.isAvailable(""));
    await showDataWork(context, (onProgress) =>
      fetchDataset(name, { onProgress, signal: context.signal }),
    );
    const { title, splits } = dataset;
    const where = isKept ? `is now in ${cache}` : "needs no fetching";
    context.output.result(
      { name, cache, splits },
      `${name} ${where}: ${title}, ${integer(splits.train)} images to train and ${integer(splits.test)} to test`,
    );
  });
}
