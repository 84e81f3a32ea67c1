export { findModel, models } from "./registry.js";
export { vae } from "./variational/vae/index.js";
