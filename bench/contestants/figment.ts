/** Figment as a contestant: `figment.ts STEP THREADS`. */
import { stepNamed } from "../steps/index.js";
import { serve } from "./serve.js";
import { compileForward, parameterCount, startTraining } from "./training.js";

const [id, threads] = process.argv.slice(2);

await serve(async () => {
  const step = stepNamed(id);
  const training = await startTraining(step, Number(threads));
  let taken = 0;
  let forward: (() => Promise<unknown>) | undefined;
  return {
    about: {
      name: "Figment",
      detail: training.device.description,
      threads: training.device.threads,
      parameters: parameterCount(training),
      readyMs: training.readyMs,
    },
    loss: () => training.step(taken++),
    step: () => training.step(taken++),
    async forward() {
      forward ??= await compileForward(step, training);
      await forward();
    },
  };
});
