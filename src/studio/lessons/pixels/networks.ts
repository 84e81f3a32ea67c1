/** Rows and columns that the first window reaches, and the layers of windows of 3 × 3 after it. */
const REACH = 1;
export const LAYERS = 3;

/** The networks of the lesson, with the settings that they are trained with. */
export const networks = {
  nade: { model: "nade", config: { hidden: 96 }, batchSize: 64 },
  pixelcnn: {
    model: "pixelcnn",
    config: { features: 16, layers: LAYERS, firstKernel: 2 * REACH + 1, outputFeatures: 16 },
    batchSize: 32,
  },
  gated: {
    model: "pixelcnn",
    config: {
      gated: true,
      features: 16,
      layers: LAYERS,
      firstKernel: 2 * REACH + 1,
      outputFeatures: 16,
    },
    batchSize: 32,
  },
  "row-lstm": {
    model: "row-lstm",
    config: { hidden: 12, layers: 1, firstKernel: 2 * REACH + 1, outputFeatures: 16 },
    batchSize: 32,
  },
} as const;

export type Network = keyof typeof networks;
