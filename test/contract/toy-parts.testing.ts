import { z } from "zod";
import { classCount, requireAnnotation } from "../../src/core/annotations.js";
import {
  ConfigError,
  type DataTraits,
  defineModel,
  type ModelDefinition,
  type Part,
  type Parts,
  type TracedDecode,
  type TracedEncode,
} from "../../src/core/index.js";
import { vae } from "../../src/models/index.js";
import {
  categoricalNll,
  constantValue,
  dense,
  normalNll,
  type Scope,
  zeros,
} from "../../src/nn/index.js";
import {
  add,
  argMax,
  cast,
  type Dim,
  exp,
  input,
  logSoftmax,
  mul,
  notEqual,
  stopGradient,
  type Tensor,
} from "../../src/tensor/index.js";

const source = { title: "none", authors: "none", year: 2026, reference: "none" };

/** Tiny images of two classes. */
const exampleData: DataTraits = {
  channels: 1,
  height: 3,
  width: 3,
  binary: true,
  levels: 2,
  annotations: { class: { names: ["a", "b"] } },
};

/** The part, and its codes of images over the scope of the host. */
function encoderOf(parts: Parts, name: string) {
  const part = parts[name] as Part;
  const encode = part.model.capabilities.encode as TracedEncode;
  return (scope: Scope, pixelsUnit: Tensor) => encode(scope.child(name), pixelsUnit, {});
}

/**
 * A Gaussian prior over the codes of another run's autoencoder. It learns from the encoder alone and draws
 * with the decoder, which none of its steps uses.
 */
export const toyPrior: ModelDefinition = defineModel({
  id: "toy-prior",
  family: "variational",
  title: "Toy prior over codes",
  source,
  density: "none",
  config: z.strictObject({
    driven: z.boolean().default(false).describe("whether a host drives the sampler"),
  }),
  training: { by: "gradients", optimizer: "adam", learningRate: 0.05, batchSize: 8 },
  parts: {
    autoencoder: {
      description: "a run that encodes and decodes images",
      capabilities: ["encode", "decode"],
      example: vae,
    },
  },
  build({ driven }, _, parts = {}) {
    const codes = encoderOf(parts, "autoencoder");
    const { codeLength, trace } = parts.autoencoder.model.capabilities.decode as TracedDecode;
    const decode = (scope: Scope, code: Tensor) =>
      trace(scope.child("autoencoder"), code, { draw: false, annotations: {} });
    const prior = (scope: Scope) => {
      const own = scope.child("prior");
      return {
        mean: own.parameter("mean", [codeLength], zeros),
        logVar: own.parameter("logVar", [codeLength], constantValue(0.1)),
      };
    };
    const draw = (scope: Scope, count: Dim, temperature: Tensor) => {
      const { mean, logVar } = prior(scope);
      const noise = scope.noise("codes", [count, codeLength], "normal");
      const spread = mul(exp(mul(logVar, 0.5)), temperature);
      return decode(scope, add(mean, mul(noise, spread)));
    };
    return {
      steps: [
        {
          name: "learn",
          trains: ["prior"],
          objective(scope, { pixelsUnit }) {
            const { mean, logVar } = prior(scope);
            const code = stopGradient(codes(scope.frozen(), pixelsUnit));
            return { loss: normalNll(code, mean, logVar), metrics: {} };
          },
        },
      ],
      ...(driven && {
        uses: (scope: Scope) => void decode(scope, input("codes", ["B", codeLength])),
      }),
      capabilities: {
        encode: (scope, pixelsUnit) => codes(scope, pixelsUnit),
        sample: driven
          ? {
              async drive(host, { size, first, seed, temperature }) {
                const sampler = await host.program("draw", (scope) => ({
                  pixelsUnit: draw(scope, "B", input("temperature", [])),
                }));
                const { pixelsUnit } = await sampler.run({
                  state: host.state,
                  feeds: { temperature: Float32Array.of(temperature) },
                  dims: { B: size },
                  noise: { seed, first },
                });
                return pixelsUnit as Float32Array;
              },
            }
          : (scope, count, { temperature }) => draw(scope, count, temperature),
      },
    };
  },
});

/** A linear classifier of the codes of another run's encoder, which is frozen or tuned further. */
export const toyProbe: ModelDefinition = defineModel({
  id: "toy-probe",
  family: "discriminative",
  title: "Toy classifier of codes",
  source,
  density: "none",
  config: z.strictObject({
    tune: z.boolean().default(false).describe("whether the encoder is trained further"),
  }),
  training: { by: "gradients", optimizer: "adam", learningRate: 0.05, batchSize: 8 },
  example: exampleData,
  parts: {
    encoder: {
      description: "a run that encodes images",
      capabilities: ["encode"],
      example: toyPrior,
    },
  },
  build({ tune }, data, parts = {}) {
    const classes = classCount(data.annotations);
    if (classes === 0) throw new ConfigError("toy-probe needs images with classes");
    const codes = encoderOf(parts, "encoder");
    const logitsOf = (scope: Scope, code: Tensor) =>
      dense(scope.child("probe"), code, { features: classes });
    return {
      steps: [
        {
          name: "learn",
          trains: tune ? ["probe", "encoder"] : ["probe"],
          objective(scope, { pixelsUnit, annotations }) {
            const truth = requireAnnotation(annotations, "class");
            const logits = logitsOf(scope, codes(tune ? scope : scope.frozen(), pixelsUnit));
            const errors = cast(notEqual(argMax(logits, -1), cast(truth, "int64")), "float32");
            return { loss: categoricalNll(truth, logits), metrics: { errors } };
          },
        },
      ],
      capabilities: {
        classify: (scope, pixelsUnit) => logSoftmax(logitsOf(scope, codes(scope, pixelsUnit)), -1),
        encode: (scope, pixelsUnit) => codes(scope, pixelsUnit),
      },
      validate: {
        metric: "crossEntropyNats",
        better: "lower",
        trace: (scope, { pixelsUnit, annotations }) =>
          categoricalNll(
            requireAnnotation(annotations, "class"),
            logitsOf(scope, codes(scope, pixelsUnit)),
          ),
      },
    };
  },
});
