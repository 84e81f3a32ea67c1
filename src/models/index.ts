export { diagonalBiLstm } from "./autoregressive/diagonal-bilstm/index.js";
export { pixelcnn } from "./autoregressive/pixelcnn/index.js";
export { rowLstm } from "./autoregressive/row-lstm/index.js";
export { findModel, models } from "./registry.js";
export { vae } from "./variational/vae/index.js";
