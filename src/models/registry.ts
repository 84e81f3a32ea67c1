import { ConfigError } from "../core/errors.js";
import type { ModelDefinition } from "../core/model.js";
import { didYouMean } from "../core/suggest.js";
import { cyclegan } from "./adversarial/cyclegan/index.js";
import { dcgan } from "./adversarial/dcgan/index.js";
import { gan } from "./adversarial/gan/index.js";
import { infogan } from "./adversarial/infogan/index.js";
import { puzzleGan } from "./adversarial/puzzle-gan/index.js";
import { stargan } from "./adversarial/stargan/index.js";
import { textGan } from "./adversarial/text-gan/index.js";
import { ae } from "./autoencoder/ae/index.js";
import { dae } from "./autoencoder/dae/index.js";
import { sae } from "./autoencoder/sae/index.js";
import { diagonalBiLstm } from "./autoregressive/diagonal-bilstm/index.js";
import { imageGpt } from "./autoregressive/image-gpt/index.js";
import { nade } from "./autoregressive/nade/index.js";
import { pixelcnn } from "./autoregressive/pixelcnn/index.js";
import { rowLstm } from "./autoregressive/row-lstm/index.js";
import { consistency } from "./diffusion/consistency/index.js";
import { ddpm } from "./diffusion/ddpm/index.js";
import { classifier } from "./discriminative/classifier/index.js";
import { boltzmann } from "./energy/boltzmann/index.js";
import { rbm } from "./energy/rbm/index.js";
import { bernoulliMixture } from "./mixture/bernoulli-mixture/index.js";
import { gaussian } from "./mixture/gaussian/index.js";
import { gmm } from "./mixture/gmm/index.js";
import { clip } from "./multimodal/clip/index.js";
import { dalle } from "./multimodal/dalle/index.js";
import { hmm } from "./sequence/hmm/index.js";
import { independent } from "./tabular/independent/index.js";
import { markov } from "./tabular/markov/index.js";
import { table } from "./tabular/table/index.js";
import { aae } from "./variational/aae/index.js";
import { dvae } from "./variational/dvae/index.js";
import { vae } from "./variational/vae/index.js";

/** All models, one per line. The command line, its help, the docs and the tests derive from this list. */
export const models: readonly ModelDefinition[] = [
  table,
  independent,
  markov,
  bernoulliMixture,
  gaussian,
  gmm,
  boltzmann,
  rbm,
  hmm,
  rowLstm,
  diagonalBiLstm,
  pixelcnn,
  nade,
  imageGpt,
  ae,
  dae,
  sae,
  vae,
  dvae,
  aae,
  gan,
  dcgan,
  cyclegan,
  stargan,
  textGan,
  puzzleGan,
  infogan,
  ddpm,
  consistency,
  classifier,
  dalle,
  clip,
];

/** The model with this id. @throws ConfigError for an unknown id, suggesting the closest one */
export function findModel(id: string): ModelDefinition {
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return found;
  const ids = models.map((model) => model.id);
  throw new ConfigError(
    `there is no model "${id}"${didYouMean(id, ids) || `; the models are ${ids.join(", ")}`}`,
  );
}
