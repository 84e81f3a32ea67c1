import { ConfigError } from "../../../../core/errors.js";
import { trace, Variables } from "../../../../nn/scope.js";
import { interpret } from "../../../../runtime/interpreter/index.js";
import { inputsOf } from "../../../../runtime/program.js";
import { stream } from "../../../../runtime/random.js";
import { elementCount, sameShape } from "../../../../tensor/shape.js";
import { input } from "../../../../tensor/tensor.js";
import { normalPrior } from "./normal.js";
import type { Prior } from "./prior.js";
import { ringPrior } from "./ring.js";
import { swissRollPrior } from "./swiss-roll.js";
import { uniformPrior } from "./uniform.js";

export const priorNames = ["normal", "ring", "swiss-roll", "uniform"] as const;

export const priors: Readonly<Record<(typeof priorNames)[number], Prior>> = {
  normal: normalPrior,
  ring: ringPrior,
  "swiss-roll": swissRollPrior,
  uniform: uniformPrior,
};

/** Codes that a prior is tried with. */
const TRIED = 64;

/**
 * Draws a few codes from a prior, to refuse one that cannot be trained against.
 *
 * @throws ConfigError when it has no codes of this length, or draws others, or numbers that are not finite
 */
export function requireSound(prior: Prior, length: number, regions: number): void {
  if (prior.length !== undefined && prior.length !== length) {
    throw new ConfigError(
      `aae: this prior has codes of ${prior.length} numbers, not of latent=${length}; set latent=${prior.length}, or take prior=normal or uniform`,
    );
  }
  const place = input("place", [TRIED, 1]);
  const { result } = trace(new Variables(), false, (scope) =>
    prior.draw(scope, { count: TRIED, length, place, middle: 0.5, regions, temperature: 1 }),
  );
  if (!sameShape(result.shape, [TRIED, length])) {
    throw new ConfigError(
      `aae: the prior draws codes of shape [${result.shape}], not [${TRIED}, ${length}]`,
    );
  }
  const feeds = Object.fromEntries(
    inputsOf({ outputs: { result }, updates: {} }).map(({ attributes, shape }) => {
      const values = new Float64Array(elementCount(shape as readonly number[]));
      const { source } = attributes;
      const drawn = stream(0, `aae/prior/${attributes.name}`);
      drawn[source.kind === "noise" ? source.distribution : "uniform"](values);
      return [attributes.name, values];
    }),
  );
  const [{ data }] = interpret([result], feeds);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ConfigError(
    `aae: the prior draws a code with ${data[bad]}; every number of a code must be finite`,
  );
}
