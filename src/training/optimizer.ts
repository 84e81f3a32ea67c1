import { ConfigError } from "../core/errors.js";
import type { OptimizerSettings, Step } from "../core/steps.js";
import { adam, adamW, type Optimizer, rmsProp, sgd } from "../nn/index.js";

/**
 * Merges the settings of a step's optimiser over those of the run. Betas and momentum belong to a
 * rule: a step whose rule differs from the run's does not inherit them.
 */
export function settingsOf({ optimizer = {} }: Step, run: OptimizerSettings): OptimizerSettings {
  const { rate: _, ...own } = optimizer;
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...withRule(run, own.optimizer), ...Object.fromEntries(given) };
}

/** Settings without those that only another rule has. */
function withRule(run: OptimizerSettings, optimizer = run.optimizer): OptimizerSettings {
  if (optimizer === run.optimizer) return run;
  const { betas: _, momentum: __, ...common } = run;
  return { ...common, optimizer };
}

/**
 * The update rule for these settings; the default momentum of `sgd` is 0.9.
 *
 * @throws ConfigError when the rule does not have a given setting
 */
export function optimizerOf(settings: OptimizerSettings): Optimizer {
  const { optimizer, betas, momentum, weightDecay } = settings;
  const isAdam = optimizer === "adam" || optimizer === "adamw";
  if (betas !== undefined && !isAdam) {
    throw new ConfigError(`${optimizer} has no betas; only adam and adamw do`);
  }
  if (momentum !== undefined && isAdam) {
    throw new ConfigError(`${optimizer} has betas in place of a momentum`);
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
