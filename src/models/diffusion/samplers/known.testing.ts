import { signalOf } from "../noise-level.js";
import { type Denoise, type SamplerName, type SamplerSettings, samplers } from "./index.js";
import type { SamplerRun } from "./sampler.js";

export const SETTINGS: SamplerSettings = { eta: 0, churn: 0, variance: "small" };

/** A denoiser that is given for one value of x = x₀ + σ·ε, as k-diffusion writes it. */
export const denoiserOf =
  (one: (x: number, sigma: number, at: number) => number): Denoise =>
  async (z, sigma) => ({
    denoised: z.map((value, at) => one(value / signalOf(sigma), sigma, at)),
  });

/** Samples from states that are given as x = x₀ + σ·ε. */
export async function sampled(
  name: SamplerName,
  x: ArrayLike<number>,
  run: Omit<SamplerRun, "start" | "noise"> & Partial<Pick<SamplerRun, "noise">>,
  settings: Partial<SamplerSettings> = {},
): Promise<Float64Array> {
  const [first] = run.sigmas;
  const last = run.sigmas[run.sigmas.length - 1];
  const start = Float64Array.from(x, (value) => value * signalOf(first));
  const noise = run.noise ?? (() => new Float64Array(x.length));
  const z = await samplers[name]({ ...run, start, noise }, { ...SETTINGS, ...settings });
  return z.map((value) => value / signalOf(last));
}
