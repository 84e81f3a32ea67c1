import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { pixelRnnFields } from "../pixel-rnn/config.js";
import { networkFor, pixelRnn } from "../pixel-rnn/model.js";
import { requireUnrollable } from "../settings.js";
import { diagonalRecurrence } from "./recurrence.js";

const diagonalBiLstmConfig = z.strictObject(pixelRnnFields);

/** PixelRNN whose LSTMs traverse an image along its diagonals, from both upper corners. */
export const diagonalBiLstm = defineModel({
  id: "diagonal-bilstm",
  family: "autoregressive",
  title: "PixelRNN with Diagonal BiLSTM",
  source: {
    title: "Pixel Recurrent Neural Networks",
    authors: "van den Oord, Kalchbrenner & Kavukcuoglu",
    year: 2016,
    reference: "arXiv:1601.06759",
  },
  density: "exact",
  config: diagonalBiLstmConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 2e-3, batchSize: 32 },
  build,
});

function build(config: z.output<typeof diagonalBiLstmConfig>, data: DataTraits): Model {
  requireUnrollable("diagonal-bilstm", "diagonals", data.height + data.width - 1);
  const network = networkFor("diagonal-bilstm", config, data);
  return pixelRnn(network, diagonalRecurrence, data);
}
