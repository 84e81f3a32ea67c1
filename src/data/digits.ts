import { fileURLToPath } from "node:url";
import { readIdx } from "./idx.js";
import { arraySet, subset } from "./image-set.js";
import type { NamedDataset } from "./named-dataset.js";

const TRAIN = 1437;
const asset = (name: string) =>
  fileURLToPath(new URL(`../../assets/digits/${name}`, import.meta.url));

/** The digits that ship with Figment: 17 grey levels, the first 1,437 images for training. */
export const digits: NamedDataset = {
  name: "digits",
  title: "UCI handwritten digits",
  channels: 1,
  height: 8,
  width: 8,
  splits: { train: TRAIN, test: 360 },
  downloadBytes: 0,
  origin: "UCI Machine Learning Repository, by way of scikit-learn 1.2.1",
  licence: "CC BY 4.0: E. Alpaydin, C. Kaynak (1998), doi.org/10.24432/C50P49",
  note: "ships with Figment; 17 grey levels; train is the first 1,437 images in the source's order",
  isAvailable: async () => true,
  fetch: async () => undefined,
  async load(split) {
    const { data } = await readIdx(asset("digits-images-idx3-ubyte.gz"));
    const labels = await readIdx(asset("digits-labels-idx1-ubyte.gz"));
    const all = arraySet(
      {
        ...{ name: "digits", source: "digits", split, channels: 1, height: 8, width: 8 },
        levels: 17,
        labels: Int32Array.from(labels.data),
      },
      data as Uint8Array,
    );
    const [from, to] = split === "train" ? [0, TRAIN] : [TRAIN, all.count];
    return subset(
      all,
      Uint32Array.from({ length: to - from }, (_, i) => from + i),
    );
  },
};
