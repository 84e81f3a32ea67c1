export { diagonalBiLstm } from "./autoregressive/diagonal-bilstm/index.js";
export { nade } from "./autoregressive/nade/index.js";
export { pixelcnn } from "./autoregressive/pixelcnn/index.js";
export { rowLstm } from "./autoregressive/row-lstm/index.js";
export { classifier } from "./discriminative/classifier/index.js";
export { boltzmann } from "./energy/boltzmann/index.js";
export { rbm } from "./energy/rbm/index.js";
export { bernoulliMixture } from "./mixture/bernoulli-mixture/index.js";
export { gaussian } from "./mixture/gaussian/index.js";
export { gmm } from "./mixture/gmm/index.js";
export { findModel, models } from "./registry.js";
export {
  hmm,
  posteriors,
  type StatePaths,
  type StatePosteriors,
  viterbi,
} from "./sequence/hmm/index.js";
export {
  type Draw,
  type DrawRequest,
  traceDraws,
} from "./tabular/draws.js";
export { independent } from "./tabular/independent/index.js";
export { divideUnit, drawInterval, type Interval } from "./tabular/intervals.js";
export { markov } from "./tabular/markov/index.js";
export { table } from "./tabular/table/index.js";
export { vae } from "./variational/vae/index.js";
