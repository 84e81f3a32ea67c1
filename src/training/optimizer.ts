import { ConfigError } from "../core/errors.js";
import type { OptimizerSettings, Step } from "../core/steps.js";
import { adam, adamW, type Optimizer, rmsProp, sgd } from "../nn/index.js";

/**
 * The settings of a step's own optimiser over those of the run. Betas and momentum belong to a rule: a step
 * with another rule than the run's does not take them over.
 */
export function settingsOf({ optimizer = {} }: Step, run: OptimizerSettings): OptimizerSettings {
  const { rate: _, ...own } = optimizer;
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...withRule(run, own.optimizer), ...Object.fromEntries(given) };
}

/** Settings without those that only another rule knows. */
function withRule(run: OptimizerSettings, optimizer = run.optimizer): OptimizerSettings {
  if (optimizer === run.optimizer) return run;
  const { betas: _, momentum: __, ...common } = run;
  return { ...common, optimizer };
}

/**
 * The update rule of these settings; `sgd` has a momentum of 0.9 unless they say otherwise.
 *
 * @throws ConfigError when a setting is given to a rule that does not know it
 */
export function optimizerOf(settings: OptimizerSettings): Optimizer {
  const { optimizer, betas, momentum, weightDecay } = settings;
  const isAdam = optimizer === "adam" || optimizer === "adamw";
  if (betas !== undefined && !isAdam) {
    throw new ConfigError(`${optimizer} has no betas; they are for adam and adamw`);
  }
  if (momentum !== undefined && isAdam) {
    throw new ConfigError(`${optimizer} has no momentum but its betas`);
  }
  const decay = weightDecay === undefined ? {} : { weightDecay };
  const adamOptions = { ...decay, ...(betas && { beta1: betas[0], beta2: betas[1] }) };
  switch (optimizer) {
    case "sgd":
      return sgd({ momentum: momentum ?? 0.9, ...decay });
    case "adam":
      return adam(adamOptions);
    case "adamw":
      return adamW(adamOptions);
    case "rmsprop":
      return rmsProp({ ...(momentum !== undefined && { momentum }), ...decay });
  }
}
