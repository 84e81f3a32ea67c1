import { matmul } from "../tensor/ops/linear.js";
import { input, type Tensor } from "../tensor/tensor.js";
import { openDevice } from "./device.js";
import type { Device } from "./program.js";

const SMALL = 256;
const LARGE = 1024;
/** Software drivers are this slow on small matrices already, and need seconds for large ones. */
const HOPELESS = 20;

async function timeProduct(device: Device, size: number): Promise<number> {
  const x = input("x", [size, size]);
  const powers = [x, x, x].reduce((product: Tensor) => matmul(product, x), x);
  const product = await device.compile({ outputs: { powers }, updates: {} });
  const feeds = { x: new Float32Array(size * size).fill(1 / size) };
  await product.run({ feeds });
  const runs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    await product.run({ feeds });
    runs.push(performance.now() - begun);
  }
  return Math.min(...runs);
}

async function timed<T>(
  kind: Device["kind"],
  threads: number | undefined,
  work: (device: Device) => Promise<T>,
) {
  const device = await openDevice({
    device: kind,
    host: "inline",
    ...(threads !== undefined && { threads }),
  });
  return work(device).finally(() => device.close());
}

/** The script's arguments: the number of threads (may be empty) and the devices to compare with the CPU. */
const [threadsText, ...kinds] = process.argv.slice(2);
const threads = threadsText ? Number(threadsText) : undefined;
const small = await timed("cpu", threads, (device) => timeProduct(device, SMALL));
const cpu = await timed("cpu", threads, (device) => timeProduct(device, LARGE));
const timings: Record<string, number | null> = {};
for (const kind of kinds as Device["kind"][]) {
  timings[kind] = await timed(kind, threads, async (device) => {
    const first = await timeProduct(device, SMALL);
    return first > HOPELESS * small ? (first / small) * cpu : timeProduct(device, LARGE);
  }).catch(() => null);
}
process.stdout.write(JSON.stringify({ cpu, ...timings }));
