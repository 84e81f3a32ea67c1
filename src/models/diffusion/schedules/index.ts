import { cosineSigmas } from "./cosine.js";
import { discreteSchedule } from "./discrete.js";
import { edmSchedule } from "./edm.js";
import { flowSchedule } from "./flow.js";
import { linearSigmas } from "./linear.js";
import type { Schedule } from "./schedule.js";
import { zeroTerminalSnr } from "./zero-terminal-snr.js";

export type { Schedule } from "./schedule.js";

export const scheduleNames = ["linear", "cosine", "edm", "flow"] as const;
export type ScheduleName = (typeof scheduleNames)[number];

interface ScheduleChoice {
  readonly schedule: ScheduleName;
  /** Number of steps T. */
  readonly steps: number;
  /** Rescales `linear` and `cosine` so that their last step is noise alone. */
  readonly zeroTerminalSnr: boolean;
}

export function scheduleOf({
  schedule,
  steps,
  zeroTerminalSnr: rescale,
}: ScheduleChoice): Schedule {
  if (schedule === "edm") return edmSchedule(steps);
  if (schedule === "flow") return flowSchedule(steps);
  const sigmas = schedule === "linear" ? linearSigmas(steps) : cosineSigmas(steps);
  return discreteSchedule(rescale ? zeroTerminalSnr(sigmas) : sigmas);
}
