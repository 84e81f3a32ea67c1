import type { Command } from "commander";
import { describeConfig } from "../../core/config.js";
import { didYouMean } from "../../core/suggest.js";
import { defaultCacheDir } from "../../data/cache.js";
import { findDataset } from "../../data/datasets.js";
import { exists } from "../../data/exists.js";
import { loadDataset } from "../../data/load-dataset.js";
import { dividePath } from "../../data/open-path.js";
import { summariseSet } from "../../data/summary.js";
import { act, type Context } from "../action.js";
import { describeNamed, describePath, knownOf, type SplitSummary } from "../data-description.js";
import { UsageError } from "../errors.js";
import { showDataWork } from "../work.js";
import { listDatasets } from "./data-list.js";

export function dataDescribe(command: Command): void {
  command
    .description(
      "describe a data set: images, classes, attributes and captions (the default); without a name, list all",
    )
    .argument("[data]", "data set, such as mnist or shapes:seed=3, or path");
  act(command, async (context, _options, data?: string) => {
    const { output } = context;
    if (data === undefined) return listDatasets(output);
    const dataset = findDataset(data);
    if (dataset === undefined) {
      const splits = await summarisePath(data, context);
      return output.result({ name: data, splits }, describePath(data, splits, output.colours));
    }
    const available = await dataset.isAvailable(defaultCacheDir());
    const splits = available ? await summarise(data, Object.keys(dataset.splits), context) : [];
    const options = dataset.variants === undefined ? [] : describeConfig(dataset.variants.schema);
    output.result(
      { ...knownOf(dataset), available, options, ...(available && { contents: splits }) },
      describeNamed({ dataset, options, splits }, output.colours),
    );
  });
}

/** @throws UsageError when the path is a misspelt subcommand */
async function summarisePath(path: string, context: Context): Promise<SplitSummary[]> {
  const near = didYouMean(path, ["list", "describe", "show", "get"]);
  if (near !== "" && !(await exists(path))) {
    throw new UsageError(`unknown command 'data ${path}'${near}`);
  }
  return summarise(path, (await isDivided(path)) ? ["train", "test"] : ["all"], context);
}

/**
 * True for anything but a path, too: the parts of a union have splits, and loading reports the
 * rest.
 */
const isDivided = (path: string): Promise<boolean> =>
  dividePath(path).then(
    ({ test }) => test !== undefined,
    () => true,
  );

function summarise(
  data: string,
  splits: readonly string[],
  context: Context,
): Promise<SplitSummary[]> {
  return showDataWork(context, async (onProgress, reading) => {
    const found: SplitSummary[] = [];
    for (const split of splits) {
      // No memory for pixels: image files are not decoded, because none are shown.
      const set = await loadDataset(data, { ...reading, split, onProgress, memoryBudget: 0 });
      const { channels, height, width } = set;
      found.push({ channels, height, width, ...summariseSet(set) });
    }
    return found;
  });
}
