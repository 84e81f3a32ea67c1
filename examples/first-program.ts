import { loadDataset, openRun, sample, saveGrid, score, trainRun } from "figment";

await trainRun({ model: "vae", data: "digits", out: "runs/digits", training: { epochs: 100 } });

const run = await openRun("runs/digits");
await saveGrid("runs/digits.png", await sample(run.model, { count: 64, seed: 1 }));
const test = await loadDataset("digits", { split: "test" });
const { value, kind } = await score(run.model, test);
console.log(`${value.toFixed(2)} nats per image (${kind})`);
await run.close();
