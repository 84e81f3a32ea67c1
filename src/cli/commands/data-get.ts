import { Argument, type Command } from "commander";
import { defaultCacheDir } from "../../data/cache.js";
import { fetchDataset, namedDataset } from "../../data/datasets.js";
import { act } from "../action.js";
import { integer } from "../format.js";
import { showDataWork } from "../work.js";

export function dataGet(command: Command): void {
  command
    .description(
      "fetch or draw a data set and keep it, verified; one that is there is made once more",
    )
    .addArgument(new Argument("<name>", "of the data set"));
  act(command, async (context, _options, name: string) => {
    const dataset = namedDataset(name);
    const cache = defaultCacheDir();
    // What ships with Figment, or is drawn as it is read, is never kept.
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
