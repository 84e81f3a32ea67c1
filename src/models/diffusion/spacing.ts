/** How the steps of a sampler choose among the noise levels of a schedule. */
export const spacingNames = ["linear", "quadratic", "trailing", "karras"] as const;
export type SpacingName = (typeof spacingNames)[number];

/**
 * Where Karras's levels begin: σ_max of EDM. A schedule may end far above, or in noise alone, where
 * estimates hardly change, so one step leads from there.
 */
export const LARGEST = 80;

/**
 * The noise levels that a sampler visits.
 *
 * @param sigmas  [T + 1] levels of steps 0 … T of a schedule
 * @param count   steps of the sampler, 1 … T
 * @param rho     ρ of the `karras` spacing
 * @returns       [count + 1] falling levels from the schedule's last to 0
 */
export function spacedSigmas(
  sigmas: Float64Array,
  count: number,
  spacing: SpacingName,
  rho = 7,
): number[] {
  const last = sigmas.length - 1;
  if (spacing === "karras") {
    const ramp = (from: number, levels: number) => karrasRamp(levels, sigmas[1], from, rho);
    if (sigmas[last] <= LARGEST) return [...ramp(sigmas[last], count), 0];
    return [sigmas[last], ...ramp(LARGEST, count - 1), 0];
  }
  const steps = stepsOf[spacing](count, last);
  return [...steps.reverse().map((step) => sigmas[step]), 0];
}

/** `count` rising numbers of steps, each in 1 … T. */
const stepsOf: Record<Exclude<SpacingName, "karras">, (count: number, last: number) => number[]> = {
  /** Evenly from 1 to T. @source Song, Meng & Ermon 2021, arXiv:2010.02502, appendix D.2 */
  linear: (count, last) => between(count, (share) => 1 + share * (last - 1)),
  /** √step evenly, so that low levels get more steps. @source the same */
  quadratic: (count, last) => between(count, (share) => (1 + share * (Math.sqrt(last) - 1)) ** 2),
  /** Evenly, ending at T and not at 1. @source Lin et al. 2023, arXiv:2305.08891, section 3.3 */
  trailing: (count, last) =>
    Array.from({ length: count }, (_, at) => Math.round(((at + 1) * last) / count)),
};

/** Rounded values of a rising curve on [0, 1] that ends at T, moved up where rounding repeats one. */
function between(count: number, curve: (share: number) => number): number[] {
  const steps: number[] = [];
  for (let at = 0; at < count; at++) {
    const share = count === 1 ? 1 : at / (count - 1);
    steps.push(Math.max(Math.round(curve(share)), (steps[at - 1] ?? 0) + 1));
  }
  return steps;
}

/**
 * Levels whose ρth roots are evenly spaced.
 *
 * @returns  [count] falling from `most` to `least`
 * @source Karras et al. 2022, arXiv:2206.00364, equation 5
 */
export function karrasRamp(count: number, least: number, most: number, rho = 7): number[] {
  const [low, high] = [least ** (1 / rho), most ** (1 / rho)];
  return Array.from(
    { length: count },
    (_, at) => (high + (count === 1 ? 0 : at / (count - 1)) * (low - high)) ** rho,
  );
}
