import { ddim } from "./ddim.js";
import { ddpm } from "./ddpm.js";
import { dpmpp2m } from "./dpmpp-2m.js";
import { dpmpp2s } from "./dpmpp-2s.js";
import { euler } from "./euler.js";
import { eulerAncestral } from "./euler-ancestral.js";
import { heun } from "./heun.js";
import { lms } from "./lms.js";
import type { Sampler } from "./sampler.js";

export type { Denoise, Sampler, SamplerSettings } from "./sampler.js";
export { type StepVariance, stepVarianceNames } from "./step-variance.js";

export const samplerNames = [
  "ddpm",
  "ddim",
  "euler",
  "euler-ancestral",
  "heun",
  "dpmpp-2m",
  "dpmpp-2s",
  "lms",
] as const;
export type SamplerName = (typeof samplerNames)[number];

export const samplers: Readonly<Record<SamplerName, Sampler>> = {
  ddpm,
  ddim,
  euler,
  "euler-ancestral": eulerAncestral,
  heun,
  "dpmpp-2m": dpmpp2m,
  "dpmpp-2s": dpmpp2s,
  lms,
};
