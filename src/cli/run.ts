import { type OpenedRun, openRun } from "../runs.js";
import type { Context } from "./action.js";
import { given, type RunChoice } from "./options.js";
import { resolveRun, runName } from "./run-reference.js";

/** A trained run, its model ready to be asked. */
export interface TrainedRun extends OpenedRun {
  readonly name: string;
}

/**
 * Opens a run for as long as `use` works with it.
 *
 * @param reference  a run directory or `zoo:NAME`
 */
export async function withRun(
  reference: string,
  { checkpoint, device, threads }: RunChoice,
  { output }: Context,
  use: (run: TrainedRun) => Promise<void>,
): Promise<void> {
  const directory = resolveRun(reference);
  const run = await openRun(directory, given({ checkpoint, device, threads }));
  try {
    for (const warning of run.warnings) output.warn(warning);
    await use({ ...run, name: runName(directory) });
  } finally {
    await run.close();
  }
}
