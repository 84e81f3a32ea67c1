import { vae } from "../src/models/variational/vae/index.js";
import { adam } from "../src/nn/index.js";
import { openDevice } from "../src/runtime/device.js";
import { stream } from "../src/runtime/random.js";
import { createTrainer } from "../src/training/trainer.js";
import type { Contestant } from "./interleave.js";

const BATCH = 128;
const SIDE = 28;

/**
 * The training step that vae_step_torch.py takes too: an MLP of 784-400-20, batch 128, Adam. It is
 * timed as the training loop runs it: noise drawn, pixels fed, metrics read.
 */
export async function startFigmentVae(threads: number): Promise<Contestant> {
  const device = await openDevice({ host: "inline", threads });
  const data = { channels: 1, height: SIDE, width: SIDE, binary: true };
  const trainer = await createTrainer({
    model: vae.build(vae.config.parse({}), data),
    data,
    device,
    rule: { optimizer: adam(), clipNorm: 0, ema: 0 },
    batchSize: BATCH,
    seed: 0,
  });
  const pixels = new Float32Array(BATCH * SIDE * SIDE);
  stream(0, "pixels").bernoulli(pixels, 0.3);
  let steps = 0;
  return {
    name: "Figment",
    async time(count) {
      const times: number[] = [];
      for (let step = 0; step < count; step++) {
        const start = performance.now();
        await trainer.step(pixels, steps++, 1e-3);
        times.push(performance.now() - start);
      }
      return times;
    },
    async close() {
      await trainer.release();
      await device.close();
    },
  };
}
