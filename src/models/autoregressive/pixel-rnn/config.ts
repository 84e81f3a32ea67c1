import type { z } from "zod";
import { countUpTo } from "../../../core/config-schema.js";
import { features, rasterFields } from "../settings.js";

/** Settings of all PixelRNNs. */
export const pixelRnnFields = {
  hidden: features
    .default(32)
    .describe("features of an LSTM's state; the maps between layers have twice as many"),
  layers: countUpTo(1000).default(2).describe("LSTM layers, each added to its input"),
  ...rasterFields,
};

/** The parsed {@link pixelRnnFields}. */
export type PixelRnnConfig = z.output<z.ZodObject<typeof pixelRnnFields>>;
