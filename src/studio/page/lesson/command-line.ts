import type { LessonTraining } from "./lesson.js";

/** The options of `figment train` for what `training` holds. */
const OPTIONS: Readonly<Record<string, string>> = {
  epochs: "--epochs",
  steps: "--steps",
  minutes: "--minutes",
  batchSize: "--batch",
  learningRate: "--lr",
  optimizer: "--optimizer",
  betas: "--betas",
  weightDecay: "--weight-decay",
  schedule: "--schedule",
  clipNorm: "--clip-norm",
  ema: "--ema",
};

/** The command that trains the same model: `npx figment train vae --data digits …`. */
export function commandLine(training: LessonTraining, seed: number): string {
  const { model, data, config = {}, training: options = {} } = training;
  const { size, binarise, validation = 0 } = training;
  const words = [
    "npx figment train",
    model,
    `--data ${quoted(data)}`,
    ...(size === undefined ? [] : [`--size ${size}`]),
    ...Object.entries(config).map(([key, value]) => `--set ${quoted(`${key}=${value}`)}`),
    ...Object.entries(options).map(([key, value]) => `${OPTIONS[key]} ${quoted(String(value))}`),
    ...(binarise === undefined || binarise === "none" ? [] : [`--binarisation ${binarise}`]),
    `--validation ${validation}`,
    ...(seed === 0 ? [] : [`--seed ${seed}`]),
  ];
  return words.join(" ");
}

const quoted = (text: string): string => (/^[\w=.,:/-]+$/.test(text) ? text : `'${text}'`);
