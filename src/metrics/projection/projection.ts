/** Features brought to the plane, to be looked at. */
export interface Projection {
  /** [count, 2] */
  readonly points: Float64Array;
  /** Share of the features' variance along each axis, where axes have one. */
  readonly shares: readonly [number, number] | null;
}
