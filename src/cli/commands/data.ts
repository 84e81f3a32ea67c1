import { Argument, type Command } from "commander";
import { didYouMean } from "../../core/suggest.js";
import { defaultCacheDir } from "../../data/cache.js";
import { datasets, fetchDataset, namedDataset } from "../../data/datasets.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { byteSize, columns, integer } from "../format.js";
import { showDataWork } from "../work.js";

export function data(command: Command): void {
  const list = command
    .command("list", { isDefault: true })
    .description("what there is, and what is on this machine (the default)")
    .allowExcessArguments();
  act(list, async ({ output }) => {
    const [unknown] = list.args;
    if (unknown !== undefined) {
      const near = didYouMean(unknown, ["list", "get"]) || "; there are list and get";
      throw new UsageError(`unknown command 'data ${unknown}'${near}`);
    }
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
      `${dataset.title}${here ? "" : dim(`, ${byteSize(dataset.downloadBytes)} to fetch`)}`,
    ]);
    output.result(
      found.map(({ dataset: { isAvailable: _, fetch: __, load: ___, ...known }, here }) => ({
        ...known,
        available: here,
      })),
      `${columns([heads, ...rows], "   ")}\n\n` +
        `${dim(`Wherever a data set is named, a path is taken too: a folder of images, an IDX file, a .npy.\nFetched data is kept in ${cache}.`)}`,
    );
  });

  const get = command
    .command("get")
    .description("fetch a data set, verified; what is there is fetched anew")
    .addArgument(new Argument("<name>", "of the data set"));
  act(get, async (context, _options, name: string) => {
    const dataset = namedDataset(name);
    await showDataWork(context, (onProgress) =>
      fetchDataset(name, { onProgress, signal: context.signal }),
    );
    const { title, splits, downloadBytes } = dataset;
    const where = downloadBytes === 0 ? "ships with Figment" : `is now in ${defaultCacheDir()}`;
    context.output.result(
      { name, cache: defaultCacheDir(), splits },
      `${name} ${where}: ${title}, ${integer(splits.train)} images to train and ${integer(splits.test)} to test`,
    );
  });
}
