import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { width } from "../../../core/config-schema.js";
import { ConfigError } from "../../../core/errors.js";
import { binaryHead } from "./binary.js";
import { categoricalHead } from "./categorical.js";
import type { Head } from "./head.js";
import { logisticHead, logisticRgbHead } from "./logistic.js";

export type { Head, Spread } from "./head.js";

/** Settings of a head, for a model's schema. */
export const headFields = {
  head: z
    .enum(["auto", "binary", "categorical", "logistic"])
    .default("auto")
    .describe(
      "distribution of a pixel: 0 or 1, a softmax over the levels, or a mixture of discretized logistics; auto is binary for binary images, else categorical",
    ),
  components: width.default(10).describe("components of the mixture (logistic only)"),
};

/** The parsed {@link headFields}. */
export interface HeadConfig {
  readonly head: "auto" | Head["kind"];
  readonly components: number;
}

/**
 * The head that a configuration selects for this data.
 *
 * @param id  the model's id, for messages
 * @throws ConfigError when the head cannot describe such pixels
 */
export function headFor(id: string, { head, components }: HeadConfig, data: DataTraits): Head {
  const { binary, levels, channels } = data;
  const kind = head === "auto" ? (binary ? "binary" : "categorical") : head;
  if (kind === "binary") {
    if (binary) return binaryHead(channels);
    throw new ConfigError(
      `${id}: head=binary needs pixels that are 0 or 1; train with --binarisation fixed or dynamic, or with head=categorical`,
    );
  }
  if (levels === null) {
    throw new ConfigError(
      `${id}: head=${kind} needs pixels with a known number of levels, but these are real numbers; train on 8-bit images, or with --binarisation fixed or dynamic`,
    );
  }
  if (kind === "categorical") return categoricalHead(channels, levels);
  if (channels === 1) return logisticHead(levels, components);
  if (channels === 3) return logisticRgbHead(levels, components);
  throw new ConfigError(
    `${id}: head=logistic is for images of 1 or 3 channels, not ${channels}; train with head=categorical`,
  );
}
