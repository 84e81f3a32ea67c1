import type { ModelDefinition } from "../core/model.js";
import { findModel as findRegistered } from "../models/registry.js";
import { openDevice } from "../runtime/device.js";
import type { DeviceOptions } from "../runtime/program.js";
import { loadRun, type OpenRun } from "../training/load-run.js";
import { readRun } from "../training/run-directory.js";
import { deviceOptionsIn } from "./device.js";
import { runDirectory } from "./zoo.js";

export interface OpenRunOptions extends DeviceOptions {
  /** `best` (the default) falls back to the last where the run has no best checkpoint. */
  readonly checkpoint?: "best" | "last";
  /** Finds the definition of a model id; by default in the registry. */
  readonly findModel?: (id: string) => ModelDefinition;
}

/**
 * Loads a run onto a new device, to sample, score and so on. Close it after use.
 *
 * @param run  a run directory, or `zoo:NAME` for one that ships with Figment
 */
export async function openRun(run: string, options: OpenRunOptions = {}): Promise<OpenRun> {
  const { findModel = findRegistered } = options;
  const directory = runDirectory(run);
  await readRun(directory);
  const device = await openDevice(deviceOptionsIn(options));
  try {
    const loaded = await loadRun(directory, { findModel, ...options, device });
    return { ...loaded, close: () => device.close() };
  } catch (error) {
    await device.close();
    throw error;
  }
}
