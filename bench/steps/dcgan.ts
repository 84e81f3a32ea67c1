import { batchNorm, conv2d, convTranspose2d, dense } from "../../src/nn/index.js";
import type { Scope } from "../../src/nn/scope.js";
import { leakyRelu } from "../../src/tensor/ops/activation.js";
import { add, mul, neg, relu, softplus, sub, tanh } from "../../src/tensor/ops/elementwise.js";
import { flatten, reshape } from "../../src/tensor/ops/rearrange.js";
import type { Dim } from "../../src/tensor/shape.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { type BenchStep, stepOnly } from "./step.js";

const BATCH = 64;
const CODE = 100;
const halving = { kernel: 4, stride: 2, padding: 1 };

interface Shape {
  readonly side: number;
  readonly channels: number;
  /** Channels of the generator's feature maps, smallest map first; the discriminator mirrors them. */
  readonly widths: readonly number[];
}

const shapes: readonly Shape[] = [
  { side: 28, channels: 1, widths: [128, 64] },
  { side: 32, channels: 3, widths: [256, 128, 64] },
];

/** Draws `[B, C, H, W]` in [−1, 1]. @source Radford, Metz & Chintala 2015, arXiv:1511.06434 */
function generator(scope: Scope, batch: Dim, { side, channels, widths }: Shape): Tensor {
  const smallest = side / 2 ** widths.length;
  const z = scope.noise("z", [batch, CODE], "normal");
  const seeds = dense(scope.child("dense"), z, {
    features: widths[0] * smallest ** 2,
    bias: false,
  });
  let h = reshape(seeds, [batch, widths[0], smallest, smallest]);
  h = relu(batchNorm(scope.child("norm0"), h));
  widths.slice(1).forEach((width, index) => {
    const layer = { channels: width, bias: false, ...halving };
    h = convTranspose2d(scope.child(`deconv${index + 1}`), h, layer);
    h = relu(batchNorm(scope.child(`norm${index + 1}`), h));
  });
  return tanh(convTranspose2d(scope.child("image"), h, { channels, ...halving }));
}

/** `[B]` logits that images are real. */
function discriminator(scope: Scope, pixelsSigned: Tensor, { widths }: Shape) {
  let h = pixelsSigned;
  [...widths].reverse().forEach((width, index) => {
    const normalised = index > 0;
    const layer = { channels: width, bias: !normalised, ...halving };
    h = conv2d(scope.child(`conv${index + 1}`), h, layer);
    if (normalised) h = batchNorm(scope.child(`norm${index + 1}`), h);
    h = leakyRelu(h, 0.2);
  });
  return reshape(dense(scope.child("real"), flatten(h), { features: 1 }), [h.shape[0]]);
}

function steps(shape: Shape): BenchStep[] {
  const { side, channels } = shape;
  const data = {
    channels,
    height: side,
    width: side,
    binary: false,
    levels: null,
    annotations: {},
  };
  const about = `DCGAN ${side}×${side}×${channels}, batch ${BATCH}`;
  return [
    {
      id: `dcgan-generator-${side}`,
      title: `${about}: generator, through the discriminator`,
      batchSize: BATCH,
      data,
      build: () =>
        stepOnly(["generator"], (scope, { shape: [batch] }) => {
          const drawn = generator(scope.child("generator"), batch, shape);
          return softplus(neg(discriminator(scope.child("discriminator"), drawn, shape)));
        }),
    },
    {
      id: `dcgan-discriminator-${side}`,
      title: `${about}: discriminator, on real and drawn images`,
      batchSize: BATCH,
      data,
      build: () =>
        stepOnly(["discriminator"], (scope, pixelsUnit) => {
          const pixelsSigned = sub(mul(pixelsUnit, 2), 1);
          const drawn = generator(scope.child("generator"), pixelsUnit.shape[0], shape);
          const judge = scope.child("discriminator");
          const real = discriminator(judge, pixelsSigned, shape);
          const fake = discriminator(judge.again("drawn"), drawn, shape);
          return add(softplus(neg(real)), softplus(fake));
        }),
    },
  ];
}

export const dcganSteps: readonly BenchStep[] = shapes.flatMap(steps);
