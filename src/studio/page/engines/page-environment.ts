import { RunError } from "../../../core/errors.js";
import { datasets, loadDataset } from "../../../data/index.browser.js";
import { openWeights } from "../../../in-memory.js";
import { models } from "../../../models/registry.js";
import { type Device, type DeviceOptions, openDevice } from "../../../runtime/index.js";
import { datasetFacts } from "../../live/dataset-facts.js";
import type { Environment } from "../../live/environment.js";
import { modelFacts } from "../../live/model-facts.js";
import { uploads } from "../../live/uploads.js";
import { openZoo, zoo } from "./zoo.js";

/** What a page's engine computes on; without `threads`, with as many as the processor has. */
export type PageDevice = Pick<DeviceOptions, "threads"> & { readonly device: "cpu" | "webgpu" };

/** What a page has: data that ships with it, uploaded files, and the visitor's own processor or GPU. */
export function pageEnvironment(options: PageDevice): Environment {
  let opening: Promise<Device> | undefined;
  const device = () => {
    opening ??= openDevice(options);
    return opening;
  };
  const received = uploads();
  return {
    device,
    async catalogue() {
      const { description } = await device();
      return {
        engine: { place: "page", device: description, keepsRuns: false },
        models: models.map(modelFacts),
        datasets: datasets.map((dataset) => datasetFacts(dataset, true)),
        runs: zoo,
      };
    },
    async images(data, size) {
      return received.images(data, size) ?? loadDataset(data, size === undefined ? {} : { size });
    },
    upload: async (id, upload) => received.add(id, upload),
    async openRun(run) {
      if (run.startsWith("zoo:")) {
        return { ...(await openZoo(run, await device())), images: undefined, name: run };
      }
      const bytes = received.weights(run);
      if (bytes === undefined) {
        throw new RunError(`this page has no run "${run}": drop the safetensors file of a model`);
      }
      return {
        model: await openWeights(bytes, await device()),
        images: undefined,
        name: run,
        data: "",
        step: 0,
      };
    },
  };
}
