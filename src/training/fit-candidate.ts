import { DataError, TrainingError } from "../core/errors.js";
import type { Device, StateValues } from "../runtime/program.js";
import type { Fitted } from "./choice.js";
import { systemClock } from "./clock.js";
import type { TrainingPlan } from "./plan.js";
import { type Recorder, START } from "./recorder.js";
import { openSession, type SessionRun } from "./session.js";

/**
 * Fits a candidate in memory, and measures the weights that its training would keep. A fit that fails
 * on these images is a result, too.
 *
 * @returns  undefined when it was stopped
 */
export async function fitCandidate(
  plan: TrainingPlan,
  device: Device,
  seed: number,
  run: Pick<SessionRun, "signal" | "onProgress">,
): Promise<Fitted | undefined> {
  try {
    return await measured(plan, device, seed, run);
  } catch (error) {
    if (!(error instanceof DataError || error instanceof TrainingError)) throw error;
    return { nllNats: null, aic: null, bic: null, validation: null, outcome: error.message };
  }
}

async function measured(
  plan: TrainingPlan,
  device: Device,
  seed: number,
  run: Pick<SessionRun, "signal" | "onProgress">,
): Promise<Fitted | undefined> {
  const session = await openSession({ plan, device, seed });
  let best: StateValues | undefined;
  let [validation, outcome]: [number | null, string] = [null, ""];
  const recorder: Recorder = {
    metrics: async () => {},
    samples: async () => {},
    async keep(state) {
      best = state.takeBest() ?? best;
      if (plan.validation !== undefined) validation = state.position.best?.value ?? null;
      outcome = state.outcome ?? "";
    },
    best: async () => best,
  };
  const begun = systemClock.seconds();
  try {
    const seconds = () => systemClock.seconds() - begun;
    if (!(await session.run({ ...run, from: START, recorder, seconds }))) return undefined;
    const { nllNats = null, aic = null, bic = null } = await session.measure(best);
    return { nllNats, aic, bic, validation, outcome };
  } finally {
    await session.release();
  }
}
