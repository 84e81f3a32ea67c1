import { ConfigError } from "../../core/errors.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import { type TrainModelOptions, trainModel } from "../../in-memory.js";
import type { TrainingSpec } from "../engine/spec.js";

/** Models that become parts of another. */
export interface TrainedParts {
  readonly parts: Readonly<Record<string, LoadedModel>>;
  release(): Promise<void>;
}

/**
 * Trains the parts of a model before it, on the same images.
 *
 * @throws ConfigError when the run is to be kept: its parts would be runs of their own
 */
export async function trainParts(
  { parts: asked, keep }: Pick<TrainingSpec, "parts" | "keep">,
  options: Pick<TrainModelOptions, "images" | "device" | "binarisation" | "seed" | "signal">,
): Promise<TrainedParts> {
  const names = Object.keys(asked);
  if (keep !== undefined && names.length > 0) {
    throw new ConfigError(
      `a run that is kept takes its parts from runs: train ${names.join(" and ")} first, and name it with --part`,
    );
  }
  const parts: Record<string, LoadedModel> = {};
  const release = async () => {
    await Promise.all(Object.values(parts).map((part) => part.release()));
  };
  try {
    for (const name of names) {
      parts[name] = await trainModel({ ...options, ...asked[name], validation: 0 });
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { parts, release };
}
