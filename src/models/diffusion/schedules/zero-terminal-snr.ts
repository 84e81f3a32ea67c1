import { sigmaOf, signalOf } from "../noise-level.js";

/**
 * Shifts and scales √ᾱ so that the last step is noise alone and the first stays as it is.
 *
 * @param sigmas  [T + 1] noise levels of steps 0 … T
 * @returns       [T + 1], the last infinite
 * @source Lin, Liu, Li & Yang 2023, arXiv:2305.08891, algorithm 1
 */
export function zeroTerminalSnr(sigmas: Float64Array): Float64Array {
  const first = signalOf(sigmas[1]);
  const last = signalOf(sigmas[sigmas.length - 1]);
  return sigmas.map((sigma, step) =>
    step === 0 ? 0 : sigmaOf((((signalOf(sigma) - last) * first) / (first - last)) ** 2),
  );
}
