/** The device that `auto` selects, and the reason to print. */
export interface DeviceChoice {
  readonly kind: "cpu" | "webgpu" | "cuda";
  /** Empty if there was no choice. */
  readonly why: string;
}

/**
 * Milliseconds that a matrix product takes on each device, transfers included; `null` if the device
 * cannot compute it.
 */
export type Timings = { readonly cpu: number } & Readonly<Record<string, number | null>>;
