import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { pixelRnnFields } from "../pixel-rnn/config.js";
import { networkFor, pixelRnn } from "../pixel-rnn/model.js";
import { oddWindow, requireCentre, requireUnrollable } from "../settings.js";
import { rowRecurrence as recurrence } from "./layer.js";

const rowLstmConfig = z.strictObject({
  ...pixelRnnFields,
  kernel: oddWindow
    .default(3)
    .describe("columns of the windows over a layer's input and over the states above; odd"),
});

/** PixelRNN whose LSTMs step from row to row, for all pixels of a row at once. */
export const rowLstm = defineModel({
  id: "row-lstm",
  family: "autoregressive",
  title: "PixelRNN with Row LSTM",
  source: {
    title: "Pixel Recurrent Neural Networks",
    authors: "van den Oord, Kalchbrenner & Kavukcuoglu",
    year: 2016,
    reference: "arXiv:1601.06759",
  },
  density: "exact",
  config: rowLstmConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 2e-3, batchSize: 32 },
  build,
});

function build(config: z.output<typeof rowLstmConfig>, data: DataTraits): Model {
  const { kernel } = config;
  requireUnrollable("row-lstm", "rows", data.height);
  requireCentre("row-lstm", "kernel", kernel);
  const network = { ...networkFor("row-lstm", config, data), kernel };
  return pixelRnn(network, recurrence, data);
}
