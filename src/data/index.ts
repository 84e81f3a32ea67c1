/** Data sets, images on disk, and their preparation for a model. */
export { type AttributeChange, counterfactualAvatar } from "./avatars/counterfactual.js";
export { defaultCacheDir } from "./cache.js";
export { datasets, fetchDataset, findDataset } from "./datasets.js";
export * from "./everywhere.js";
export { type LoadOptions, loadDataset } from "./load-dataset.js";
export { type LoadImagesOptions, loadImages } from "./load-images.js";
export { type MaskName, maskFromFile, maskNamed, maskNames } from "./mask.js";
export type { CacheOptions } from "./named-dataset.js";
export type { OnNote } from "./notes.js";
export { encodeNpy, readNpy, writeNpy } from "./npy.js";
export { type NpyArray, parseNpy } from "./parse-npy.js";
export { type Picture, saveGrid, saveImage } from "./picture.js";
export type { DataProgress, OnDataProgress } from "./progress.js";
