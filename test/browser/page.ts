import * as figment from "figment";
import { binarise } from "figment/data";
import { type DeviceOptions, stream } from "figment/runtime";
import { asked, trained } from "./scenario.js";

const library = { ...figment, binarise };

async function onDevice<R>(
  options: DeviceOptions,
  work: (device: Awaited<ReturnType<typeof figment.openDevice>>) => Promise<R>,
): Promise<R> {
  const device = await figment.openDevice(options);
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

/** What the test calls, by name, with JSON in and out. */
const page = {
  describe: (options: DeviceOptions) =>
    onDevice(options, async ({ kind, threads, description }) => ({ kind, threads, description })),

  normals: (seed: number, name: string, count: number) => {
    const out = new Float32Array(count);
    stream(seed, name).normal(out);
    return [...out];
  },

  learn: (options: DeviceOptions, steps: number) =>
    onDevice(options, async (device) => {
      let reports = 0;
      const onProgress = () => reports++;
      const model = await trained(library, device, steps, { onProgress });
      const weights = [...(await figment.encodeWeights(model))];
      return { reports, weights, ...(await asked(library, model)) };
    }),

  /** Ticks of a timer during steps that take much longer than from one tick to the next. */
  ticks: (steps: number) =>
    onDevice({}, async (device) => {
      let ticks = 0;
      let begun = 0;
      const timer = setInterval(() => ticks++, 0);
      await trained(library, device, steps, {
        config: { architecture: "mlp", hidden: [1024], latent: 8 },
        batchSize: 1024,
        onProgress() {
          begun ||= ticks;
        },
      });
      clearInterval(timer);
      return ticks - begun;
    }),

  draw: (options: DeviceOptions, weights: number[], request: figment.SampleOptions) =>
    onDevice(options, async (device) => {
      const model = await figment.openWeights(Uint8Array.from(weights), device);
      return [...(await figment.sample(model, request)).pixelsUnit];
    }),

  drawFrom: (options: DeviceOptions, address: string, request: figment.SampleOptions) =>
    onDevice(options, async (device) => {
      const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
      const model = await figment.openWeights(bytes, device);
      return [...(await figment.sample(model, request)).pixelsUnit];
    }),

  ask: (options: DeviceOptions, weights: number[]) =>
    onDevice(options, async (device) =>
      asked(library, await figment.openWeights(Uint8Array.from(weights), device)),
    ),
};

Object.assign(globalThis, { page });
export type Page = typeof page;
