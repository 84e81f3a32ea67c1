/** A model of your own, from nothing to exported files: docs/write-a-model.md walks through it. */
import { mkdir, writeFile } from "node:fs/promises";
import { exportModel, openRun, sample, saveGrid, trainRun } from "figment";
import { type DataTraits, defineModel, pixelsPerImage } from "figment/core";
import { mlp, type Scope } from "figment/nn";
import {
  add,
  type Dim,
  flatten,
  grad,
  mul,
  neg,
  reshape,
  sigmoid,
  softplus,
  square,
  sum,
  type Tensor,
} from "figment/tensor";
import { z } from "zod";

const config = z.strictObject({
  code: z.int().min(1).default(16).describe("length of the generator's noise"),
  hidden: z.int().min(1).default(128).describe("width of both networks"),
  penalty: z.number().min(0).default(1).describe("weight of R1, the penalty on D's gradient"),
});

/** A generative adversarial network of two small perceptrons. */
const tinyGan = defineModel({
  id: "tiny-gan",
  family: "adversarial",
  title: "A small adversarial network",
  source: {
    title: "Generative Adversarial Networks",
    authors: "Goodfellow et al.",
    year: 2014,
    reference: "arXiv:1406.2661",
  },
  density: "none",
  config,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.5, 0.9],
    learningRate: 1e-3,
    batchSize: 64,
    ema: 0.99,
  },
  build({ code, hidden, penalty }, data: DataTraits) {
    const { channels, height, width } = data;

    /** [count, C, H, W] in [0, 1] */
    const draw = (scope: Scope, count: Dim, spread: Tensor | number = 1) => {
      const z = mul(scope.noise("z", [count, code], "normal"), spread);
      const features = pixelsPerImage(data);
      const logits = mlp(scope.child("generator"), z, { hidden: [hidden, hidden], features });
      return reshape(sigmoid(logits), [count, channels, height, width]);
    };

    /** [B] logits of the images being real */
    const judge = (scope: Scope, pixelsUnit: Tensor) => {
      const options = { hidden: [hidden], activation: "leakyRelu", features: 1 } as const;
      return sum(mlp(scope.child("discriminator"), flatten(pixelsUnit), options), 1);
    };

    return {
      steps: [
        {
          name: "discriminator",
          trains: ["discriminator"],
          objective(scope, { pixelsUnit }) {
            const real = judge(scope, pixelsUnit);
            const drawn = judge(scope.again("drawn"), draw(scope, pixelsUnit.shape[0]));
            const { x } = grad(sum(real), { x: pixelsUnit });
            const r1 = sum(square(flatten(x)), 1);
            const loss = add(add(softplus(neg(real)), softplus(drawn)), mul(r1, penalty / 2));
            return { loss, metrics: { real, drawn, r1 } };
          },
        },
        {
          name: "generator",
          trains: ["generator"],
          objective(scope, { pixelsUnit }) {
            const drawn = judge(scope, draw(scope, pixelsUnit.shape[0]));
            return { loss: softplus(neg(drawn)), metrics: { drawn } };
          },
        },
      ],
      capabilities: {
        sample: (scope, count, { temperature }) => draw(scope, count, temperature),
      },
    };
  },
});

await trainRun({ model: tinyGan, data: "digits", out: "runs/tiny-gan", training: { epochs: 60 } });

const run = await openRun("runs/tiny-gan", { findModel: () => tinyGan });
await saveGrid("runs/tiny-gan.png", await sample(run.model, { count: 64, seed: 1 }));
await mkdir("runs/exported", { recursive: true });
const files = await exportModel(run.model, { name: "tiny-gan", facts: {}, scores: [] });
for (const [name, bytes] of files) await writeFile(`runs/exported/${name}`, bytes);
console.log(`trained for ${run.step} steps; exported ${[...files.keys()].join(", ")}`);
await run.close();
