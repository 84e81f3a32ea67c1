import { imageGpt } from "../../src/models/autoregressive/image-gpt/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: true, levels: 2, annotations: {} };

/** The `image-gpt` model over squares of 2×2 binary pixels. */
export const imageGptStep: BenchStep = {
  id: "image-gpt",
  title: "image-gpt, 4 blocks, d 128, 4 heads, 196 symbols of 2×2 binary pixels, batch 32",
  batchSize: 32,
  data,
  build: () => imageGpt.build(imageGpt.config.parse({ block: [2], blocks: 4 }), data),
};
