import { ConfigError } from "./errors.js";
import type { Model } from "./model.js";
import type { Phase, StepOptimizer } from "./steps.js";

/**
 * The phases of a model that learns by gradients; a single one where it defines none.
 *
 * @throws ConfigError when shares do not add up to 1, a phase has no steps, a step trains nothing,
 *   `every` is not a whole number ≥ 1, two steps of a phase share a name, or steps of the same name
 *   in several phases have different update rules
 */
export function phasesOf({ steps, phases }: Model): readonly Phase[] {
  const all = phases ?? [{ name: "training", share: 1, steps }];
  if (phases !== undefined && steps.length > 0) {
    throw new ConfigError("a model has steps or phases, not both");
  }
  const total = all.reduce((sum, { share }) => sum + share, 0);
  if (all.some(({ share }) => !(share > 0)) || Math.abs(total - 1) > 1e-9) {
    throw new ConfigError(
      `the shares of the phases (${all.map(({ name, share }) => `${name}: ${share}`).join(", ")}) must each be above 0 and add up to 1; they add up to ${total}`,
    );
  }
  for (const phase of all) checkSteps(phase);
  if (phases !== undefined) checkPhases(phases);
  return all;
}

/** Checks the phases of a training by gradients. A fit by passes has no steps to check. */
function checkPhases(phases: readonly Phase[]): void {
  const idle = phases.find(({ steps }) => steps.length === 0);
  if (idle !== undefined) throw new ConfigError(`the phase "${idle.name}" has no steps`);
  const rules = new Map<string, string>();
  for (const { name, optimizer } of phases.flatMap(({ steps }) => steps)) {
    const rule = ruleOf(optimizer);
    if ((rules.get(name) ?? rule) !== rule) {
      throw new ConfigError(
        `the steps called "${name}" share their moments, so they need the same update rule in all phases`,
      );
    }
    rules.set(name, rule);
  }
}

/** The settings that moments depend on. */
const ruleOf = ({ optimizer, betas, momentum }: StepOptimizer = {}): string =>
  JSON.stringify([optimizer, betas, momentum]);

function checkSteps({ name: phase, steps }: Phase): void {
  const names = new Set<string>();
  for (const { name, every = 1, trains } of steps) {
    if (trains.length === 0) throw new ConfigError(`the step "${name}" trains no scope`);
    if (!(Number.isInteger(every) && every >= 1)) {
      throw new ConfigError(`the step "${name}" cannot take every ${every} batches`);
    }
    if (names.has(name)) {
      throw new ConfigError(`two steps of the phase "${phase}" are called "${name}"`);
    }
    names.add(name);
  }
  if (steps.length > 0 && steps.every(({ every = 1 }) => every > 1)) {
    throw new ConfigError(`no step of the phase "${phase}" takes every batch`);
  }
}
