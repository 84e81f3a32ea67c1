import { shellWord } from "../../../core/shell-word.js";
import type { LessonTraining } from "./plan.js";

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

/**
 * The commands that train the same model, its parts first: `npx figment train vae --data digits …`.
 *
 * @param ownImages  whether the images are the visitor's, which a folder then stands for
 */
export function commandLine(training: LessonTraining, seed: number, ownImages: boolean): string {
  const { parts = {} } = training;
  const shared = { ...training, ...(ownImages && { data: "your-images" }) };
  const runOf = (name: string) => `runs/${name}`;
  const ofParts = Object.entries(parts).map(([name, part]) =>
    [...trainWords({ ...shared, ...part }, seed), `--out ${runOf(name)}`].join(" "),
  );
  const whole = [
    ...trainWords(shared, seed),
    ...Object.keys(parts).map((name) => `--part ${name}=${runOf(name)}`),
  ].join(" ");
  return [...ofParts, whole].join(" && ");
}

function trainWords(training: LessonTraining, seed: number): string[] {
  const { model, data, config = {}, training: options = {} } = training;
  const { size, binarise, validation = 0 } = training;
  return [
    "npx figment train",
    model,
    `--data ${shellWord(data)}`,
    ...(size === undefined ? [] : [`--size ${size}`]),
    ...Object.entries(config).map(([key, value]) => `--set ${shellWord(`${key}=${value}`)}`),
    ...Object.entries(options).map(([key, value]) => `${OPTIONS[key]} ${shellWord(String(value))}`),
    ...(binarise === undefined || binarise === "none" ? [] : [`--binarisation ${binarise}`]),
    `--validation ${validation}`,
    ...(seed === 0 ? [] : [`--seed ${seed}`]),
  ];
}
