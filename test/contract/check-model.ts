import { capabilityChecks } from "./capability-checks.js";
import { conditionChecks } from "./condition-checks.js";
import { exportChecks } from "./export-checks.js";
import type { Checks, ModelUnderTest } from "./subject.js";
import { trainingChecks } from "./training-checks.js";

export type { ModelUnderTest } from "./subject.js";

/** A promise of the contract that a model breaks. */
export interface Violation {
  readonly check: string;
  readonly problem: string;
}

const checks: Checks = {
  ...trainingChecks,
  ...capabilityChecks,
  ...conditionChecks,
  ...exportChecks,
};

/** Runs every check of the contract; an empty list means that the model keeps it. */
export async function checkModel(subject: ModelUnderTest): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [check, run] of Object.entries(checks)) {
    try {
      await run(subject);
    } catch (error) {
      violations.push({ check, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return violations;
}
