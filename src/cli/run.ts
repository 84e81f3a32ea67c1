import { openRun } from "../runs/index.js";
import type { OpenRun } from "../training/load-run.js";
import type { Context } from "./action.js";
import { given, type RunChoice } from "./options.js";
import { resolveRun } from "./run-reference.js";

/**
 * Opens a run, calls `use` with it and closes it.
 *
 * @param reference  a run directory or `zoo:NAME`
 */
export async function withRun(
  reference: string,
  { checkpoint, device, threads }: RunChoice,
  { output }: Context,
  use: (run: OpenRun) => Promise<void>,
): Promise<void> {
  const directory = resolveRun(reference);
  const run = await openRun(directory, given({ checkpoint, device, threads }));
  try {
    for (const warning of run.warnings) output.warn(warning);
    await use(run);
  } finally {
    await run.close();
  }
}
