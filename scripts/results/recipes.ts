import type { Sampling } from "../../src/core/capabilities/sample.js";

/** A figure that someone else printed. */
interface Published {
  readonly nats: string;
  readonly of: string;
  readonly source: string;
}

/** A model of the results page: a run that ships, or the command that trains it. */
export interface Recipe {
  readonly name: string;
  /** What it draws; MNIST where absent. */
  readonly data?: "fashion-mnist";
  /** Of the zoo, whose card holds the command; absent where `train` makes the run. */
  readonly zoo?: string;
  /** Arguments of `figment train`, without `--out`. */
  readonly train?: readonly string[];
  readonly published?: Published;
  /** How it draws, where that is not its default. */
  readonly sampling?: Sampling;
  /** Leaves the likelihood out where scoring the test images takes many hours. */
  readonly withoutLikelihood?: boolean;
}

const PIXEL_RNN = "van den Oord et al. 2016, arXiv:1601.06759, table 4";

/** The quickest first, so that the page begins to fill at once. */
export const recipes: readonly Recipe[] = [
  {
    name: "vae",
    zoo: "vae-mnist",
  },
  {
    name: "bernoulli-mixture",
    zoo: "bernoulli-mixture-mnist",
    published: {
      nats: "137.64",
      of: "500 components",
      source: "Larochelle & Murray 2011, table 1",
    },
  },
  {
    name: "nade",
    zoo: "nade-mnist",
    published: {
      nats: "88.3 to 88.9",
      of: "500 units, fixed order",
      source: "Larochelle & Murray 2011; Uria et al. 2016, arXiv:1605.02226",
    },
  },
  {
    name: "rbm",
    zoo: "rbm-mnist",
    published: {
      nats: "about 86.3",
      of: "500 units, CD-25, estimate",
      source: "Salakhutdinov & Murray 2008, table 2",
    },
  },
  {
    name: "gaussian",
    train: ["gaussian", "--data", "mnist", "--seed", "0"],
  },
  {
    name: "gmm",
    train: [
      ...["gmm", "--data", "mnist", "--set", "components=50", "--set", "covariance=diagonal"],
      ...["--epochs", "30", "--seed", "0"],
    ],
  },
  {
    name: "pixelcnn",
    zoo: "pixelcnn-mnist",
    published: { nats: "81.30", of: "PixelCNN", source: PIXEL_RNN },
  },
  {
    name: "image-gpt",
    zoo: "image-gpt-mnist",
  },
  {
    name: "diagonal-bilstm",
    zoo: "diagonal-bilstm-mnist",
    published: { nats: "80.75", of: "1 layer of 32 features", source: PIXEL_RNN },
  },
  {
    name: "row-lstm",
    zoo: "row-lstm-mnist",
    published: { nats: "80.54", of: "Row LSTM", source: PIXEL_RNN },
  },
  { name: "pixelcnn, narrow", zoo: "pixelcnn-narrow-mnist" },
  { name: "pixelcnn, dynamic binarisation", zoo: "pixelcnn-mnist-dynamic" },
  { name: "diagonal-bilstm, dynamic binarisation", zoo: "diagonal-bilstm-mnist-dynamic" },
  { name: "row-lstm, dynamic binarisation", zoo: "row-lstm-mnist-dynamic" },
  { name: "dcgan", zoo: "dcgan-mnist", withoutLikelihood: true },
  { name: "ddpm", zoo: "ddpm-mnist", withoutLikelihood: true },
  {
    name: "ddpm, 10 steps, guidance 1.5",
    zoo: "ddpm-mnist",
    sampling: { options: { steps: 10, guidance: 1.5 } },
    withoutLikelihood: true,
  },
  {
    name: "vae, Fashion-MNIST",
    data: "fashion-mnist",
    train: [
      ...["vae", "--data", "fashion-mnist", "--set", "architecture=conv", "--set", "latent=40"],
      ...["--set", "likelihood=discretized-logistic", "--lr", "0.002", "--schedule", "cosine:0.02"],
      ...["--epochs", "8", "--seed", "1"],
    ],
  },
  {
    name: "dcgan, Fashion-MNIST",
    data: "fashion-mnist",
    zoo: "dcgan-fashion",
    withoutLikelihood: true,
  },
  {
    name: "ddpm, Fashion-MNIST",
    data: "fashion-mnist",
    zoo: "ddpm-fashion",
    withoutLikelihood: true,
  },
  {
    name: "ddpm, Fashion-MNIST, 10 steps, guidance 1.5",
    data: "fashion-mnist",
    zoo: "ddpm-fashion",
    sampling: { options: { steps: 10, guidance: 1.5 } },
    withoutLikelihood: true,
  },
];
