import { z } from "zod";

const settings = z.record(z.string(), z.unknown());

/** A question that is asked again and again while a session trains; its answers are frames. */
export const watchSchema = z.strictObject({
  /** Name of the frames. */
  name: z.string().min(1),
  question: z.string().min(1),
  request: settings.default({}),
  /** Least milliseconds between two frames while training runs; a pause always shows its own. */
  everyMs: z.number().min(0).default(250),
});

/** A model in training. */
export const trainingSpec = z.strictObject({
  kind: z.literal("training"),
  model: z.string().min(1),
  /** The name of a data set, with options, or `upload:ID`. */
  data: z.string().min(1),
  config: settings.default({}),
  training: settings.default({}),
  binarise: z.enum(["none", "fixed", "dynamic"]).default("none"),
  /** Side of the square that images are resized to; their own size where absent. */
  size: z.int().min(1).max(512).optional(),
  /** Share of the images held out to pick the best weights. */
  validation: z.number().min(0).lt(1).default(0),
  seed: z.int().min(0).default(0),
  /** Name of the run directory to make of it, for engines that keep runs. */
  keep: z
    .string()
    .regex(/^[\w][\w.-]{0,63}$/, "letters, digits, dots and dashes")
    .optional(),
  watch: z.array(watchSchema).max(16).default([]),
  /** Models that are trained first, on the same images, and become parts of this one, by the part's name. */
  parts: z
    .record(
      z.string(),
      z.strictObject({
        model: z.string().min(1),
        config: settings.default({}),
        training: settings.default({}),
      }),
    )
    .default({}),
  /** Whether to wait for `play` before the first step. */
  paused: z.boolean().default(false),
});

/** A model that is trained already. */
const openingSpec = z.strictObject({
  kind: z.literal("opening"),
  /** `zoo:NAME`, or the name of a kept run, or `weights:ID` for uploaded safetensors. */
  run: z.string().min(1),
});

/** What a session is to do. */
export const sessionSpec = z.discriminatedUnion("kind", [trainingSpec, openingSpec]);

export type SessionSpec = z.output<typeof sessionSpec>;
export type Watch = z.output<typeof watchSchema>;
export type TrainingSpec = z.output<typeof trainingSpec>;
/** The same as it is asked for: what has a default may be left out. */
export type AskedSpec = z.input<typeof sessionSpec>;

/** What a session can be told while it trains. */
export const commandSchema = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("play") }),
  z.strictObject({ do: z.literal("pause") }),
  /** Pauses after one step more; a fit by passes does one pass. */
  z.strictObject({ do: z.literal("step") }),
  /** Steps a second; null for as many as possible. */
  z.strictObject({ do: z.literal("pace"), stepsPerSecond: z.number().positive().nullable() }),
  /** Replaces what is watched. */
  z.strictObject({ do: z.literal("watch"), watch: z.array(watchSchema).max(16) }),
]);

export type Command = z.output<typeof commandSchema>;
/** The same as it is given: what has a default may be left out. */
export type AskedCommand = z.input<typeof commandSchema>;
