import type { DataTraits } from "../../../core/batch.js";
import type { ScoreKind } from "../../../core/capability.js";
import { classesFor } from "../../conditional.js";
import {
  describePixels,
  type PixelLikelihood,
  readsGreyAsProbability,
} from "../../pixel-likelihood.js";
import { describeLogZ, type LogZMethod } from "../log-z.js";
import type { RbmConfig } from "./config.js";
import { enumerationOf } from "./enumeration.js";
import { gibbsMachine } from "./gibbs.js";
import { SCOPE } from "./machine.js";

/** log Z exactly if the states of one side can be enumerated, else an estimate. */
export const logZMethod = (config: RbmConfig, data: DataTraits): LogZMethod => ({
  enumeration: enumerationOf(config, data),
  machine: gibbsMachine(config, data, classesFor(SCOPE, config, data)),
  betas: config.betas,
});

/** Exact (or a bound for grey pixels) if the states of one side can be enumerated, else an estimate. */
export function scoreKind(config: RbmConfig, data: DataTraits): ScoreKind {
  if (enumerationOf(config, data) === undefined) return "estimate";
  return readsGreyAsProbability(likelihoodOf(config), data) ? "bound" : "exact";
}

/** The distribution of a visible unit given the hidden ones. */
export const likelihoodOf = ({ visible }: RbmConfig): PixelLikelihood =>
  visible === "binary" ? "bernoulli" : visible;

/** The protocol text: how log Z is computed, and what F(v) + log Z measures. */
export function describeScore(config: RbmConfig, data: DataTraits): string {
  const logZ = describeLogZ(logZMethod(config, data));
  const what = config.conditional ? "free energy + log Z of the class" : "free energy + log Z";
  return `${what}; ${logZ}; ${describePixels(likelihoodOf(config), data)}`;
}
