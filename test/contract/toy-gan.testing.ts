import { z } from "zod";
import {
  type Batch,
  type Capabilities,
  type Clock,
  type DataTraits,
  defineModel,
  type ModelDefinition,
  type Objective,
  type Step,
} from "../../src/core/index.js";
import {
  batchNorm,
  constantValue,
  conv2d,
  dense,
  dropout,
  type Scope,
} from "../../src/nn/index.js";
import {
  add,
  clip,
  concat,
  constant,
  div,
  flatten,
  gather,
  grad,
  leakyRelu,
  mean,
  mul,
  neg,
  relu,
  reshape,
  sigmoid,
  softplus,
  square,
  squeeze,
  stack,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from "../../src/tensor/index.js";

const config = z.strictObject({
  latent: z.int().min(1).default(3).describe("length of a code"),
  channels: z.int().min(1).default(3).describe("channels of the trunk"),
  features: z.int().min(1).default(5).describe("features that the trunk gives"),
  hidden: z.int().min(1).default(6).describe("hidden units of the generator"),
  dropout: z.number().min(0).lt(1).default(0.25).describe("share of features that training drops"),
  penalty: z.number().min(0).default(0.5).describe("weight of the gradient penalty at first"),
});

export type ToyGanConfig = z.output<typeof config>;

/** Drawn images that the critic keeps, and how many of them a batch replaces. */
export const POOL = 4;
const REPLACED = 2;

/** The networks of the toy, each over a scope of its own. */
export function toyGanNetworks(settings: ToyGanConfig, { channels, height, width }: DataTraits) {
  return {
    /** [B, C, H, W] → [B, features] */
    trunk(scope: Scope, pixelsUnit: Tensor): Tensor {
      const convolved = conv2d(scope.child("convolution"), pixelsUnit, {
        channels: settings.channels,
        kernel: 3,
        stride: 2,
        padding: 1,
        bias: false,
      });
      const normalised = leakyRelu(batchNorm(scope.child("norm"), convolved), 0.2);
      const features = dense(scope.child("features"), flatten(normalised), {
        features: settings.features,
      });
      return dropout(scope.child("dropout"), leakyRelu(features, 0.2), { rate: settings.dropout });
    },
    /** [B, features] → [B] logits that an image is real */
    critic: (scope: Scope, features: Tensor): Tensor =>
      squeeze(dense(scope.child("realness"), features, { features: 1 }), 1),
    /** [B, features] → [B, latent] */
    code: (scope: Scope, features: Tensor): Tensor =>
      dense(scope.child("mean"), features, { features: settings.latent }),
    /** [B, latent] → [B, C, H, W] in (0, 1) */
    generator(scope: Scope, codes: Tensor): Tensor {
      const hidden = dense(scope.child("hidden"), codes, {
        features: settings.hidden,
        bias: false,
      });
      const normalised = relu(batchNorm(scope.child("norm"), hidden));
      const pixels = dense(scope.child("pixels"), normalised, {
        features: channels * height * width,
      });
      return reshape(sigmoid(pixels), [-1, channels, height, width]);
    },
  };
}

/**
 * A small adversarial model that uses everything that the contract has for such models: two steps of
 * different update rules that both train the trunk, three turns of the critic for one of the generator,
 * batch normalisation and dropout in several passes, a gradient penalty, a pool of drawn images in memory,
 * losses that follow the clock, averaged weights, validation and a preview. It is no good model of images:
 * its oracle is a twin in PyTorch, reference/toy_gan.py.
 */
export const toyGan: ModelDefinition = defineModel({
  id: "toy-gan",
  family: "adversarial",
  title: "Toy adversarial model",
  source: {
    title: "Generative adversarial nets",
    authors: "Goodfellow et al.",
    year: 2014,
    reference: "arXiv:1406.2661",
  },
  density: "none",
  config,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0, 0.9],
    learningRate: 0.01,
    batchSize: 8,
    epochs: 2,
    ema: 0.9,
  },
  build(settings, data) {
    const networks = toyGanNetworks(settings, data);
    return {
      steps: [criticStep(settings, networks, data), generatorStep(settings, networks)],
      capabilities: capabilitiesOf(settings, networks),
      validate: {
        metric: "reconstructionSquares",
        better: "lower",
        trace: (scope, { pixelsUnit }) =>
          mean(square(sub(reconstruct(networks, scope, pixelsUnit), pixelsUnit)), [1, 2, 3]),
      },
      preview: {
        trace: (scope, { pixelsUnit }) =>
          stack([pixelsUnit, reconstruct(networks, scope, pixelsUnit)], 1),
      },
    };
  },
});

export type Networks = ReturnType<typeof toyGanNetworks>;

function criticStep(
  { latent, penalty: weight }: ToyGanConfig,
  { trunk, critic, generator }: Networks,
  { channels, height, width }: DataTraits,
): Step {
  return {
    name: "critic",
    trains: ["trunk", "critic"],
    optimizer: { rate: 2 },
    objective(scope: Scope, { pixelsUnit }: Batch, { progress }: Clock): Objective {
      const judge = (view: Scope, images: Tensor) =>
        critic(view.child("critic"), trunk(view.child("trunk"), images));
      const codes = scope.noise("codes", [pixelsUnit.shape[0], latent], "normal");
      const drawn = stopGradient(generator(scope.again("drawn").child("generator"), codes));

      const pool = scope
        .child("critic")
        .memory("pool", [POOL, channels, height, width], constantValue(0.5));
      const newest = gather(drawn, constant([0, 1], [REPLACED], "int32"));
      const kept = gather(pool, constant([2, 3], [POOL - REPLACED], "int32"));
      scope.update(pool, concat([kept, newest], 0));

      const real = judge(scope, pixelsUnit);
      const { images: slope } = grad(sum(real), { images: pixelsUnit });
      const penalty = sum(square(slope), [1, 2, 3]);
      const fooled = softplus(judge(scope.again("drawn"), drawn));
      const remembered = mean(softplus(judge(scope.again("pool"), pool)));
      const loss = add(
        add(softplus(neg(real)), add(fooled, remembered)),
        mul(penalty, mul(sub(1, progress), weight / 2)),
      );
      return { loss, metrics: { penalty } };
    },
  };
}

function generatorStep(
  { latent }: ToyGanConfig,
  { trunk, critic, code, generator }: Networks,
): Step {
  return {
    name: "generator",
    every: 3,
    trains: ["generator", "code", "trunk"],
    optimizer: { optimizer: "rmsprop", momentum: 0.5, clipNorm: 0.5 },
    objective(scope: Scope, { pixelsUnit }: Batch, { step }: Clock): Objective {
      const codes = scope.noise("codes", [pixelsUnit.shape[0], latent], "normal");
      const drawn = generator(scope.child("generator"), codes);
      const judge = scope.frozen();
      const real = critic(judge.child("critic"), trunk(judge.child("trunk"), drawn));
      const features = trunk(scope.again("code").child("trunk"), drawn);
      const squares = sum(square(sub(code(scope.child("code"), features), codes)), [1]);
      const loss = add(softplus(neg(real)), mul(squares, clip(div(step, 10), 0, 1)));
      return { loss, metrics: { squares } };
    },
  };
}

function capabilitiesOf({ latent }: ToyGanConfig, networks: Networks): Capabilities {
  const { trunk, code, generator } = networks;
  return {
    sample(scope, count, { temperature }) {
      const codes = mul(scope.noise("codes", [count, latent], "normal"), temperature);
      return generator(scope.child("generator"), codes);
    },
    encode: (scope, pixelsUnit) =>
      code(scope.child("code"), trunk(scope.child("trunk"), pixelsUnit)),
    decode: {
      codeLength: latent,
      trace: (scope, codes) => generator(scope.child("generator"), codes),
    },
    reconstruct: (scope, pixelsUnit) => reconstruct(networks, scope, pixelsUnit),
  };
}

function reconstruct({ trunk, code, generator }: Networks, scope: Scope, pixelsUnit: Tensor) {
  const codes = code(scope.child("code"), trunk(scope.child("trunk"), pixelsUnit));
  return generator(scope.child("generator"), codes);
}
