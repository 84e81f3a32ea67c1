import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { flatten, reshape, stack } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { bound, importanceWeighted } from "./bounds.js";
import { codebookCensus } from "./census.js";
import { type DvaeConfig, dvaeConfig } from "./config.js";
import { explain } from "./explain.js";
import { tokeniserOf } from "./tokeniser.js";
import { uniformTokens } from "./uniform-tokens.js";

/** Discrete variational autoencoder: a grid of codes from a finite codebook. */
export const dvae = defineModel({
  id: "dvae",
  family: "variational",
  title: "Discrete variational autoencoder",
  source: {
    title: "Neural Discrete Representation Learning",
    authors: "van den Oord, Vinyals & Kavukcuoglu",
    year: 2017,
    reference: "arXiv:1711.00937",
  },
  density: "bound",
  config: dvaeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: true,
    levels: 2,
    annotations: {},
  },
  build,
});

const MAX_SAMPLES = 10_000;

function build(config: DvaeConfig, data: DataTraits): Model {
  const tokeniser = tokeniserOf(config, data);
  const { quantiser, grid, encode, likelihood } = tokeniser;
  const [rows, columns] = grid;
  const codeLength = quantiser.length * rows * columns;
  const likeliest = (scope: Scope, pixelsUnit: Tensor) =>
    quantiser.likeliest(scope, encode(scope, pixelsUnit));
  const tokens = (scope: Scope, pixelsUnit: Tensor) =>
    quantiser.tokens(scope, encode(scope, pixelsUnit));
  const rebuild = (scope: Scope, pixelsUnit: Tensor, draw: boolean) =>
    likelihood(scope, quantiser.vectors(scope, tokens(scope, pixelsUnit))).render(draw);

  return {
    explain: () =>
      explain(config, data, tokeniser, {
        encoder: learnedBy((scope, { pixelsUnit }) => encode(scope, pixelsUnit), data),
        all: learnedBy((scope, { pixelsUnit }) => rebuild(scope, pixelsUnit, true), data),
      }),
    steps: [
      {
        name: "elbo",
        trains: ["encoder", "decoder"],
        objective(scope, { pixelsUnit }, clock) {
          const encoded = encode(scope, pixelsUnit);
          const { vectors, klNats, klWeight, penalty, metrics } = quantiser.quantise(
            scope,
            encoded,
            clock,
          );
          const reconstructionNats = likelihood(scope, vectors).nll(pixelsUnit);
          const weighted = add(reconstructionNats, mul(klNats, klWeight));
          return {
            loss: penalty === undefined ? weighted : add(weighted, penalty),
            metrics: { reconstructionNats, klNats, ...metrics },
          };
        },
      },
    ],
    census: codebookCensus(tokeniser),
    preview: {
      trace: (scope, { pixelsUnit }) => stack([pixelsUnit, rebuild(scope, pixelsUnit, false)], 1),
    },
    sampling:
      "uniform tokens, each on its own, which is all that this model's prior knows: neighbouring tokens do not fit together. A model of the tokens draws better images",
    capabilities: {
      sample(scope, count, { draw, temperature }) {
        const drawn = uniformTokens(scope, count, tokeniser, temperature);
        return likelihood(scope, quantiser.vectors(scope, drawn)).render(draw, temperature);
      },
      score: {
        maxSamples: MAX_SAMPLES,
        kind: (samples) => (samples === 1 || config.quantiser !== "gumbel" ? "bound" : "estimate"),
        estimator: (samples) => {
          const how =
            samples === 1
              ? `negative evidence lower bound, ${quantiser.estimator}`
              : `importance-weighted, ${samples} draws of all tokens per image from the encoder`;
          return `${how}; ${describePixels(config.likelihood, data)}`;
        },
        trace: (scope, { pixelsUnit }, samples) =>
          samples === 1
            ? bound(scope, tokeniser, pixelsUnit)
            : importanceWeighted(scope, tokeniser, pixelsUnit, samples),
      },
      encode: (scope, pixelsUnit) => flatten(likeliest(scope, pixelsUnit)),
      decode: {
        codeLength,
        trace(scope, codes, { draw }) {
          const vectors = reshape(codes, [codes.shape[0], quantiser.length, rows, columns]);
          return likelihood(scope, vectors).render(draw);
        },
      },
      reconstruct: (scope, pixelsUnit, { draw }) => rebuild(scope, pixelsUnit, draw),
      tokenise: {
        codes: quantiser.codes,
        grid,
        trace: (scope, pixelsUnit) => flatten(tokens(scope, pixelsUnit)),
      },
      detokenise: {
        codes: quantiser.codes,
        grid,
        trace(scope, given, { draw, temperature }) {
          const onGrid = reshape(given, [given.shape[0], rows, columns]);
          return likelihood(scope, quantiser.vectors(scope, onGrid)).render(draw, temperature);
        },
      },
    },
  };
}
