import type { Live } from "../state/live.js";

/** The newest value of a curve, such as `train.loss`; NaN before its first. */
export const lastOf = ({ curves }: Live, name: string): number =>
  curves.value.get(name)?.at(-1)?.value ?? Number.NaN;
