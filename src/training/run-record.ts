import { z } from "zod";
import { partRecordsSchema } from "../core/part.js";
import { jsonObject } from "./json-document.js";

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
  /** Training steps done, as of the last checkpoint. */
  step: z.int().min(0),
  /** Passes over the training data done. */
  epoch: z.int().min(0),
  /** Time spent training, all sessions together. */
  seconds: z.number().min(0),
  /** The best value so far of the metric that picks the best checkpoint. */
  best: z.strictObject({ metric: z.string(), value: z.number(), step: z.int().min(0) }).nullable(),
  /** How a fit by passes has gone so far, or why training has ended early, as a sentence. */
  outcome: z.string().nullable().default(null),
});

/** `running` outlives a killed training: the lock says whether one runs, not the status. */
const statusSchema = z.enum(["running", "interrupted", "finished", "failed"]);

/** What a run is, as `run.json` keeps it: enough to build its model and to go on with its training. */
const runRecordSchema = z.strictObject({
  /** Id of the model in the registry. */
  model: z.string().min(1),
  /** The model's full configuration, checked by its own schema. */
  config: jsonObject,
  /** Where the images come from and what was done to them, checked by `data`. */
  data: jsonObject,
  /** Options of training, checked by `training`. */
  training: jsonObject,
  seed: z.int().min(0),
  /** The run whose weights it began with, and their training steps; null where they were drawn. */
  weights: z
    .strictObject({ run: z.string().min(1), step: z.int().min(0) })
    .nullable()
    .default(null),
  /** Other runs that the model is made with; their weights are in the run's own checkpoints. */
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
