/**
 * Names a measured number by the cuts that it lies between.
 *
 * @param names  one more than cuts
 * @param cuts   ascending
 */
export const namedByCuts =
  <T>(names: readonly string[], cuts: readonly number[], measure: (view: T) => number) =>
  (view: T): string | undefined => {
    const value = measure(view);
    if (Number.isNaN(value)) return undefined;
    return names[cuts.filter((cut) => value >= cut).length];
  };
