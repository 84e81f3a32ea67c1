import { openDevice } from "../runtime/device.js";
import type { Device, DeviceOptions } from "../runtime/program.js";

/** Opens a device, does `work` with it and closes it. */
export async function withDevice<R>(
  options: DeviceOptions & { readonly onDevice?: (description: string) => void },
  work: (device: Device) => Promise<R>,
): Promise<R> {
  const device = await openDevice(deviceOptionsIn(options));
  try {
    options.onDevice?.(device.description);
    return await work(device);
  } finally {
    await device.close();
  }
}

/** Only the device's options: they go to its worker, which cannot receive functions. */
export function deviceOptionsIn({ device, threads, host }: DeviceOptions): DeviceOptions {
  return {
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    ...(host !== undefined && { host }),
  };
}
