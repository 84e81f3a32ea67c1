import { join } from "node:path";
import { binarise } from "../../data/binarise.js";
import { datasets, defaultCacheDir, loadDataset } from "../../data/index.js";
import { openWeights } from "../../in-memory.js";
import { findModel, models } from "../../models/registry.js";
import { loadDataOf, trainRun } from "../../runs/index.js";
import { type Device, openDevice } from "../../runtime/index.js";
import { loadRun } from "../../training/index.js";
import { datasetFacts } from "../live/dataset-facts.js";
import type { Environment } from "../live/environment.js";
import { modelFacts } from "../live/model-facts.js";
import { compareRuns } from "./compare-runs.js";
import { knownRun, runsHere } from "./runs-here.js";
import { requireNamed, storedUploads } from "./stored-uploads.js";

/** The folders that a studio works in. */
export interface Places {
  /** Of runs. */
  readonly runs: string;
}

/** What a machine has: every data set, its runs and those that ship with Figment, and native speed. */
export function nodeEnvironment({ runs }: Places): Environment {
  let opening: Promise<Device> | undefined;
  const device = () => {
    opening ??= openDevice();
    return opening;
  };
  const load = async (run: string) => loadRun(run, { findModel, device: await device() });
  const uploads = storedUploads(runs);
  const sourceOf = (data: string) => uploads.images(data) ?? requireNamed(data);
  return {
    device,
    async catalogue() {
      const { description } = await device();
      const cache = defaultCacheDir();
      return {
        engine: { place: "server", device: description, keepsRuns: true },
        models: models.map(modelFacts),
        datasets: await Promise.all(
          datasets.map(async (dataset) => datasetFacts(dataset, await dataset.isAvailable(cache))),
        ),
        runs: await runsHere(runs),
      };
    },
    images: (data, size) => loadDataset(sourceOf(data), size === undefined ? {} : { size }),
    upload: (id, upload) => uploads.add(id, upload),
    async openRun(reference) {
      const weights = await uploads.weights(reference);
      if (weights !== undefined) {
        const model = await openWeights(weights, await device());
        return { model, images: undefined, name: reference, data: "", step: 0 };
      }
      const { model, name, data, step } = await load(await knownRun(runs, reference));
      const set = await loadDataOf(data, "test").catch(() => undefined);
      return {
        model,
        name,
        step,
        data: data.name,
        images: set && binarise(set, data.binarisation),
      };
    },
    compare: (request, watch) => compareRuns(runs, request, watch),
    async trainRun(name, { spec, images, ...training }) {
      const out = join(runs, name);
      const { size } = spec;
      await trainRun({
        ...training,
        out,
        data: sourceOf(spec.data),
        ...(size !== undefined && { load: { size } }),
      });
      return (await load(out)).model;
    },
  };
}
