import type { Command } from "commander";
import { collect, numberFrom } from "./options.js";

/** How a model draws, as the commands that draw take it. */
export interface SamplerChoice {
  readonly temperature: number;
  readonly sampler?: string;
  readonly samplingSteps?: string;
  readonly guidance?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly set?: readonly string[];
}

export const addSamplerOptions = (command: Command): Command =>
  command
    .option(
      "--temperature <x>",
      "spread of the noise: 1 for the model as it is, 0 for the mode",
      numberFrom(0),
      1,
    )
    .option("--sampler <name>", "how to draw, such as dpmpp-2m (ddpm); the same as --set sampler")
    .option("--sampling-steps <n>", "steps of the sampler; the same as --set steps")
    .option("--guidance <x>", "weight of the class or caption; the same as --set guidance")
    .option("--top-k <n>", "draw among so many of the likeliest symbols; the same as --set topK")
    .option("--top-p <x>", "draw among the likeliest symbols of this share; the same as --set topP")
    .option("--set <key=value>", "a setting of the model's sampler; can be repeated", collect);

/** Options with a name of their own, each with the sampler's setting that it is. */
export const namedSettings = ({
  sampler,
  samplingSteps,
  guidance,
  topK,
  topP,
}: SamplerChoice): { readonly option: string; readonly key: string; readonly value: string }[] =>
  [
    { option: "--sampler", key: "sampler", value: sampler },
    { option: "--sampling-steps", key: "steps", value: samplingSteps },
    { option: "--guidance", key: "guidance", value: guidance },
    { option: "--top-k", key: "topK", value: topK },
    { option: "--top-p", key: "topP", value: topP },
  ].flatMap(({ value, ...named }) => (value === undefined ? [] : [{ ...named, value }]));

/** All settings of the sampler that are given, as `key=value`. */
export const samplerAssignments = (choice: SamplerChoice): string[] => [
  ...(choice.set ?? []),
  ...namedSettings(choice).map(({ key, value }) => `${key}=${value}`),
];
