/** The part of `figment/data` that Node and a page share. */
export { Augmentation, augment } from "./augment.js";
export { type BatchPlan, type BatchPlanOptions, batchPlan } from "./batch-plan.js";
export { Binarisation, binarise } from "./binarise.js";
export { convertChannels } from "./channels.js";
export {
  DataSpec,
  dataSpecOf,
  dataTraits,
  type Preprocessing,
  parseDataSpec,
} from "./data-spec.js";
export { drawGrid, type Grid, type GridOptions } from "./grid.js";
export { type IdxArray, parseIdx, readIdx } from "./idx.js";
export {
  arraySet,
  formatImageShape,
  type ImageSet,
  readImages,
  type SetInfo,
  subset,
} from "./image-set.js";
export type { DatasetVariants, NamedDataset } from "./named-dataset.js";
export { planarDensities } from "./planar/densities.js";
export type { Modes, PlanarDensity, Spine } from "./planar/density.js";
export {
  type PlaneWindow,
  type Point,
  pixelsToPlane,
  planeToPixels,
} from "./planar/window.js";
export { Resize, resizeSet } from "./resize.js";
export { validationSplit } from "./split.js";
export { type CaptionSummary, type SetSummary, summariseSet } from "./summary.js";
export { unionOf } from "./union.js";
