import type { Ops } from "./ops.js";

/** The inputs of a loss: the library, the parameters by name, the batch, and the noise by name. */
export interface Context<T> {
  readonly ops: Ops<T>;
  readonly parameter: (name: string) => T;
  readonly noise: (name: string) => T;
  /** [B, C, H, W] */
  readonly x: T;
}

type Net = <T>(context: Context<T>) => T;

/** x·Wᵀ + b over the last axis. */
function dense<T>({ ops, parameter }: Context<T>, name: string, x: T, bias = true): T {
  const shape = ops.shape(x);
  const rows = ops.reshape(x, [-1, shape[shape.length - 1]]);
  const y = ops.matmul(rows, parameter(`${name}.weight`), true);
  const result = bias ? ops.add(y, parameter(`${name}.bias`)) : y;
  return ops.reshape(result, [...shape.slice(0, -1), ops.shape(result)[1]]);
}

const flatten = <T>({ ops }: Context<T>, x: T): T => ops.reshape(x, [ops.shape(x)[0], -1]);

function channelBias<T>({ ops, parameter }: Context<T>, name: string, y: T): T {
  return ops.add(y, ops.reshape(parameter(`${name}.bias`), [1, -1, 1, 1]));
}

interface ConvSettings {
  readonly stride?: number;
  readonly pads: readonly [number, number];
  readonly bias?: boolean;
  /** Mask of the filters: rows, columns, and whether they see the centre. */
  readonly mask?: readonly [number, number, boolean];
}

function conv<T>(context: Context<T>, name: string, x: T, settings: ConvSettings): T {
  const { ops, parameter } = context;
  const { stride = 1, pads, bias = true, mask } = settings;
  let filters = parameter(`${name}.weight`);
  if (mask !== undefined) {
    const [rows, columns, centre] = mask;
    const seen = Math.floor((rows * columns) / 2) + (centre ? 1 : 0);
    const values = Float32Array.from({ length: rows * columns }, (_, tap) => (tap < seen ? 1 : 0));
    filters = ops.mul(filters, ops.constant(values, [1, 1, rows, columns]));
  }
  const y = ops.conv(x, filters, stride, pads);
  return bias ? channelBias(context, name, y) : y;
}

interface DeconvSettings {
  readonly pad: number;
  readonly outputPadding?: number;
  readonly bias?: boolean;
}

function deconv<T>(context: Context<T>, name: string, x: T, settings: DeconvSettings): T {
  const { pad, outputPadding = 0, bias = true } = settings;
  const filters = context.parameter(`${name}.weight`);
  const y = context.ops.convTranspose(x, filters, 2, pad, outputPadding);
  return bias ? channelBias(context, name, y) : y;
}

function standardise<T>({ ops }: Context<T>, x: T, axes: readonly number[]): T {
  const centred = ops.sub(x, ops.mean(x, axes, true));
  const variance = ops.mean(ops.mul(centred, centred), axes, true);
  return ops.mul(centred, ops.rsqrt(ops.add(variance, 1e-5)));
}

/** y · weight + bias, broadcast with `shape`, by default along the last axis. */
function scale<T>({ ops, parameter }: Context<T>, name: string, y: T, shape?: number[]): T {
  const learned = (part: string) => {
    const value = parameter(`${name}.${part}`);
    return shape === undefined ? value : ops.reshape(value, shape);
  };
  return ops.add(ops.mul(y, learned("weight")), learned("bias"));
}

/** Normalises by the statistics of the batch, without running averages. */
const batchNorm = <T>(context: Context<T>, name: string, x: T): T =>
  scale(context, name, standardise(context, x, [0, 2, 3]), [1, -1, 1, 1]);

const layerNorm = <T>(context: Context<T>, name: string, x: T): T =>
  scale(context, name, standardise(context, x, [2]));

function groupNorm<T>(context: Context<T>, name: string, x: T): T {
  const { ops } = context;
  const shape = ops.shape(x);
  const y = standardise(context, ops.reshape(x, [shape[0], 8, -1]), [2]);
  return scale(context, name, ops.reshape(y, shape), [1, -1, 1, 1]);
}

/** Mean over the batch of the Bernoulli negative log-likelihood of x. */
function meanNll<T>({ ops, x }: Context<T>, logits: T): T {
  const nll = ops.sub(ops.softplus(logits), ops.mul(logits, x));
  return ops.mul(ops.sum(nll), 1 / ops.shape(x)[0]);
}

function vae<T>(context: Context<T>, features: T, decode: (z: T) => T): T {
  const { ops, noise, x } = context;
  const h = ops.relu(dense(context, "encoder.hidden1", features));
  const mean = dense(context, "encoder.mean", h);
  const logVar = dense(context, "encoder.logVar", h);
  const std = ops.exp(ops.mul(logVar, 0.5));
  const z = ops.add(mean, ops.mul(std, noise("noise.eps")));
  const excess = ops.sub(ops.add(ops.exp(logVar), ops.mul(mean, mean)), ops.add(logVar, 1));
  const kl = ops.mul(ops.sum(excess), 0.5 / ops.shape(x)[0]);
  const wide = ops.relu(dense(context, "decoder.hidden1", z));
  return ops.add(meanNll(context, decode(wide)), kl);
}

const vaeMlp: Net = (context) => {
  const { ops, x } = context;
  return vae(context, flatten(context, x), (h) =>
    ops.reshape(dense(context, "decoder.output", h), ops.shape(x)),
  );
};

const vaeConv: Net = (context) => {
  const { ops, x } = context;
  let h = x;
  for (const name of ["encoder.conv1", "encoder.conv2"]) {
    h = ops.relu(conv(context, name, h, { stride: 2, pads: [1, 1] }));
  }
  return vae(context, flatten(context, h), (wide) => {
    const flat = ops.relu(dense(context, "decoder.hidden2", wide));
    const seeds = ops.reshape(flat, [-1, 64, 7, 7]);
    const grow = { pad: 1, outputPadding: 1 };
    const grown = ops.relu(deconv(context, "decoder.deconv1", seeds, grow));
    return deconv(context, "decoder.deconv2", grown, grow);
  });
};

const pixelcnn: Net = (context) => {
  const { ops, x } = context;
  let h = ops.relu(conv(context, "stack.conv1", x, { pads: [3, 3], mask: [7, 7, false] }));
  for (let layer = 2; layer <= 7; layer++) {
    const settings: ConvSettings = { pads: [1, 1], mask: [3, 3, true] };
    h = ops.relu(conv(context, `stack.conv${layer}`, h, settings));
  }
  return meanNll(context, conv(context, "stack.logits", h, { pads: [0, 0] }));
};

function drawn<T>(context: Context<T>, widths: readonly number[], side: number): T {
  const { ops, noise } = context;
  const smallest = side / 2 ** widths.length;
  const flat = dense(context, "generator.dense", noise("noise.generator.z"), false);
  let h = ops.reshape(flat, [-1, widths[0], smallest, smallest]);
  h = ops.relu(batchNorm(context, "generator.norm0", h));
  for (let layer = 1; layer < widths.length; layer++) {
    h = deconv(context, `generator.deconv${layer}`, h, { pad: 1, bias: false });
    h = ops.relu(batchNorm(context, `generator.norm${layer}`, h));
  }
  return ops.tanh(deconv(context, "generator.image", h, { pad: 1 }));
}

function judged<T>(context: Context<T>, images: T, depth: number): T {
  const { ops } = context;
  let h = images;
  for (let layer = 1; layer <= depth; layer++) {
    const settings: ConvSettings = { stride: 2, pads: [1, 1], bias: layer === 1 };
    h = conv(context, `discriminator.conv${layer}`, h, settings);
    if (layer > 1) h = batchNorm(context, `discriminator.norm${layer}`, h);
    h = ops.leakyRelu(h, 0.2);
  }
  return dense(context, "discriminator.real", flatten(context, h));
}

const dcganGenerator =
  (widths: readonly number[], side: number): Net =>
  (context) => {
    const { ops } = context;
    const logits = judged(context, drawn(context, widths, side), widths.length);
    return ops.mean(ops.softplus(ops.mul(logits, -1)));
  };

const dcganDiscriminator =
  (widths: readonly number[], side: number): Net =>
  (context) => {
    const { ops, x } = context;
    const real = judged(context, ops.sub(ops.mul(x, 2), 1), widths.length);
    const fake = judged(context, drawn(context, widths, side), widths.length);
    return ops.mean(ops.add(ops.softplus(ops.mul(real, -1)), ops.softplus(fake)));
  };

const unetBlock: Net = (context) => {
  const { ops, x } = context;
  let h = x;
  for (const layer of [1, 2]) {
    const y = groupNorm(context, `block.norm${layer}`, h);
    h = conv(context, `block.conv${layer}`, ops.mul(y, ops.sigmoid(y)), { pads: [1, 1] });
  }
  const y = ops.add(x, h);
  return ops.mean(ops.mul(y, y));
};

function attention<T>(context: Context<T>, block: string, x: T, mask: T): T {
  const { ops } = context;
  const [batch, length, features] = ops.shape(x);
  const project = (name: string) => {
    const rows = dense(context, `${block}.attention.${name}`, x);
    return ops.transpose(ops.reshape(rows, [batch, length, features / 32, 32]), [0, 2, 1, 3]);
  };
  const [query, key, value] = ["query", "key", "value"].map(project);
  const scores = ops.mul(ops.matmul(query, key, true), 1 / Math.sqrt(32));
  const seen = ops.matmul(ops.softmax(ops.add(scores, mask)), value, false);
  const joined = ops.reshape(ops.transpose(seen, [0, 2, 1, 3]), [batch, length, features]);
  return dense(context, `${block}.attention.output`, joined);
}

const transformer =
  (layers: number): Net =>
  (context) => {
    const { ops, parameter, x } = context;
    const [batch, , , width] = ops.shape(x);
    const length = width - 1;
    const row = ops.reshape(ops.mul(x, 255), [batch, width]);
    const values = Float32Array.from({ length: length * length }, (_, index) =>
      index % length > Math.floor(index / length) ? -1e9 : 0,
    );
    const mask = ops.constant(values, [length, length]);
    const given = ops.slice(row, 1, 0, length);
    let h = ops.embed(parameter("decoder.symbols.weight"), given);
    h = ops.add(h, parameter("decoder.positions.weight"));
    for (let layer = 1; layer <= layers; layer++) {
      const block = `decoder.block${layer}`;
      h = ops.add(h, attention(context, block, layerNorm(context, `${block}.norm1`, h), mask));
      const wide = dense(context, `${block}.widen`, layerNorm(context, `${block}.norm2`, h));
      h = ops.add(h, dense(context, `${block}.narrow`, ops.gelu(wide)));
    }
    const logits = dense(context, "decoder.logits", layerNorm(context, "decoder.norm", h));
    const next = ops.oneHot(ops.slice(row, 1, 1, width), 256);
    return ops.mul(ops.sum(ops.mul(ops.logSoftmax(logits), next)), -1 / batch);
  };

const rowLstm: Net = (context) => {
  const { ops, x } = context;
  const first = conv(context, "layer.first", x, { pads: [3, 3], mask: [7, 7, false] });
  const fromInput = conv(context, "layer.input", first, { pads: [0, 1], mask: [1, 3, true] });
  const [batch, , rows, columns] = ops.shape(x);
  const nothing = ops.constant(new Float32Array(batch * 32 * columns), [batch, 32, 1, columns]);
  let [h, c] = [nothing, nothing];
  const shown = Array.from({ length: rows }, (_, row) => {
    const fromState = conv(context, "layer.state", h, { pads: [0, 1], bias: false });
    const gates = ops.add(ops.slice(fromInput, 2, row, row + 1), fromState);
    const [keep, write, show, content] = [0, 1, 2, 3].map((part) =>
      ops.slice(gates, 1, 32 * part, 32 * (part + 1)),
    );
    const written = ops.mul(ops.sigmoid(write), ops.tanh(content));
    c = ops.add(ops.mul(ops.sigmoid(keep), c), written);
    h = ops.mul(ops.sigmoid(show), ops.tanh(c));
    return h;
  });
  return meanNll(context, conv(context, "layer.logits", ops.concat(shown, 2), { pads: [0, 0] }));
};

/** The losses of bench/steps, by name of the step. */
export const nets: Readonly<Record<string, Net>> = {
  "vae-mlp": vaeMlp,
  "vae-conv": vaeConv,
  "pixelcnn-32": pixelcnn,
  "pixelcnn-64": pixelcnn,
  "dcgan-generator-28": dcganGenerator([128, 64], 28),
  "dcgan-discriminator-28": dcganDiscriminator([128, 64], 28),
  "dcgan-generator-32": dcganGenerator([256, 128, 64], 32),
  "dcgan-discriminator-32": dcganDiscriminator([256, 128, 64], 32),
  "unet-block": unetBlock,
  "transformer-small": transformer(4),
  "transformer-medium": transformer(4),
  "row-lstm": rowLstm,
};
