import { sigmasOfBetas } from "./discrete.js";

const OFFSET = 0.008;
const LARGEST_BETA = 0.999;

/**
 * √ᾱ falls like a cosine, which spends more steps on middle levels than the linear schedule.
 *
 * @returns  [T + 1] noise levels
 * @source Nichol & Dhariwal 2021, arXiv:2102.09672, equation 17
 */
export function cosineSigmas(steps: number): Float64Array {
  const alphaBar = (share: number) =>
    Math.cos((((share + OFFSET) / (1 + OFFSET)) * Math.PI) / 2) ** 2;
  const betas = Array.from({ length: steps }, (_, step) =>
    Math.min(1 - alphaBar((step + 1) / steps) / alphaBar(step / steps), LARGEST_BETA),
  );
  return sigmasOfBetas(betas);
}
