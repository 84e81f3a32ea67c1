/** The device that `auto` stands for, and the reason, for people. */
export interface DeviceChoice {
  readonly kind: "cpu" | "webgpu" | "cuda";
  /** Empty where there is nothing to choose from. */
  readonly why: string;
}

/**
 * Milliseconds that a product of matrices takes on each device, what is fed and read included; `null`
 * where it cannot be computed.
 */
export type Timings = { readonly cpu: number } & Readonly<Record<string, number | null>>;
