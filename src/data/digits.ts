import { readIdx } from "./idx.js";
import { arraySet, subset } from "./image-set.js";
import { knownSplit } from "./known-split.js";
import type { NamedDataset } from "./named-dataset.js";

const SPLITS = { train: 1437, test: 360 };
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
// Each URL is spelt out, because bundlers find the files of a page that way.
const IMAGES = new URL("../../assets/digits/digits-images-idx3-ubyte.gz", import.meta.url);
const LABELS = new URL("../../assets/digits/digits-labels-idx1-ubyte.gz", import.meta.url);

/** The digits that ship with Figment: 17 grey levels, the first 1,437 images for training. */
export const digits: NamedDataset = {
  name: "digits",
  title: "UCI handwritten digits",
  channels: 1,
  height: 8,
  width: 8,
  splits: SPLITS,
  downloadBytes: 0,
  origin: "UCI Machine Learning Repository, via scikit-learn 1.2.1",
  licence: "CC BY 4.0: E. Alpaydin, C. Kaynak (1998), doi.org/10.24432/C50P49",
  note: "ships with Figment; 17 grey levels; train is the first 1,437 images of the source",
  isAvailable: async () => true,
  fetch: async () => undefined,
  async load(split) {
    const { data } = await readIdx(IMAGES);
    const labels = await readIdx(LABELS);
    const all = arraySet(
      {
        name: "digits",
        source: "digits",
        split,
        channels: 1,
        height: 8,
        width: 8,
        levels: 17,
        annotations: { class: { names: DIGITS, values: Int32Array.from(labels.data) } },
      },
      data as Uint8Array,
    );
    const from = split === "train" ? 0 : SPLITS.train;
    const length = SPLITS[knownSplit("digits", SPLITS, split)];
    return subset(
      all,
      Uint32Array.from({ length }, (_, i) => from + i),
    );
  },
};
