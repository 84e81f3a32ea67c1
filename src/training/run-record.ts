import { z } from "zod";
import { partRecordsSchema } from "../core/part.js";
import { choiceSchema } from "./choice.js";
import { jsonObject } from "./json-document.js";
import { stageSchema } from "./stages.js";

export const RUN_FORMAT = 1;

const versionsSchema = z.strictObject({
  figment: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
});

const deviceSchema = z.strictObject({
  kind: z.enum(["cpu", "webgpu", "cuda"]),
  threads: z.int().min(1),
});

const progressSchema = z.strictObject({
  /** Training steps done at the last checkpoint. */
  step: z.int().min(0),
  /** Passes over the training data done. */
  epoch: z.int().min(0),
  /** Seconds of training over all sessions. */
  seconds: z.number().min(0),
  /** Best value so far of the metric that picks the best checkpoint. */
  best: z.strictObject({ metric: z.string(), value: z.number(), step: z.int().min(0) }).nullable(),
  /** Outcome of a fit by passes so far, or why training ended early, as a sentence. */
  outcome: z.string().nullable().default(null),
});

/** `running` remains after a killed training: only the lock tells whether one runs. */
const statusSchema = z.enum(["running", "interrupted", "finished", "failed"]);

/** The content of `run.json`: everything needed to build a run's model and resume its training. */
const runRecordSchema = z.strictObject({
  /** Id of the model in the registry. */
  model: z.string().min(1),
  /** The model's full configuration, checked by its own schema. */
  config: jsonObject,
  /** Origin and preparation of the images, checked by `data`. */
  data: jsonObject,
  /** Options of training, checked by `training`. */
  training: jsonObject,
  /** What was changed about `training` as the run was resumed, and at which step. */
  stages: z.array(stageSchema).max(10_000).default([]),
  seed: z.int().min(0),
  /** The run whose weights this one started from, and their steps; null where they were drawn. */
  weights: z
    .strictObject({ run: z.string().min(1), step: z.int().min(0) })
    .nullable()
    .default(null),
  /** Settings that were chosen among several values by fitting each; null where none were. */
  choice: choiceSchema.nullable().default(null),
  /** Parts of the model from other runs; their weights are in this run's own checkpoints. */
  parts: partRecordsSchema.default({}),
  versions: versionsSchema,
  device: deviceSchema,
  progress: progressSchema,
  status: statusSchema,
});

export type RunRecord = z.output<typeof runRecordSchema>;
export type RunStatus = RunRecord["status"];

export const runDocument = {
  schema: runRecordSchema.extend({ format: z.literal(RUN_FORMAT) }),
  format: RUN_FORMAT,
};
