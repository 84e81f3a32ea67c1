/** Data sets, images on disk, and what happens to them on the way to a model. */
export { type BatchPlan, type BatchPlanOptions, batchPlan } from "./batch-plan.js";
export { Binarisation, binarise } from "./binarise.js";
export { defaultCacheDir } from "./cache.js";
export {
  DataSpec,
  dataSpecOf,
  dataTraits,
  type Preprocessing,
  parseDataSpec,
} from "./data-spec.js";
export { datasets, fetchDataset, findDataset } from "./datasets.js";
export { drawGrid, type Grid, type GridOptions } from "./grid.js";
export { type IdxArray, parseIdx, readIdx } from "./idx.js";
export {
  arraySet,
  formatImageShape,
  type ImageSet,
  pixelsPerImage,
  readImages,
  type SetInfo,
  subset,
} from "./image-set.js";
export { type LoadOptions, loadDataset } from "./load-dataset.js";
export { type LoadImagesOptions, loadImages } from "./load-images.js";
export type { CacheOptions, NamedDataset } from "./named-dataset.js";
export { encodeNpy, type NpyArray, parseNpy, readNpy, writeNpy } from "./npy.js";
export { saveGrid, saveImage } from "./picture.js";
export type { DataProgress, OnDataProgress } from "./progress.js";
export { Resize, resizeSet } from "./resize.js";
export { validationSplit } from "./split.js";
