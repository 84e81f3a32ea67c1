import { z } from "zod";
import type { Rows } from "../core/capabilities/preview.js";
import type { StateValues } from "../runtime/program.js";
import type { MetricsLine } from "./metrics-log.js";

const count = z.int().min(0);
/** JSON has no numbers that are not finite: it writes null for them. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const fitPositionSchema = z.strictObject({
  /** Number of the start and of the stage, each from 0. */
  restart: count,
  stage: count,
  /** Passes of this stage done. */
  pass: count,
  /** Loss of the last pass, and how much lower it was than the one before. */
  loss: number.exactOptional(),
  gain: number.exactOptional(),
  /** True once the gain fell below the stage's tolerance. */
  converged: z.boolean(),
  /** The best validation of this start, and the pass of the stage after which it was reached. */
  best: z.strictObject({ pass: count, loss: number }).exactOptional(),
  /** True once the start's training loss has been compared with those of the starts before. */
  compared: z.boolean().exactOptional(),
});

/**
 * State of a loop between steps besides the tensors on the device, stored as JSON in a checkpoint.
 */
export const positionSchema = z.strictObject({
  /** Batches done. */
  step: count,
  /** Sum and number of values of each metric since the last line of metrics. */
  window: z.strictObject({
    counts: z.record(z.string(), count),
    sums: z.record(z.string(), number),
  }),
  /** The best validation so far; without validation images, the lowest training loss of a start. */
  best: z.strictObject({ step: count, value: z.number() }).exactOptional(),
  /** Position of a fit by passes. */
  fit: fitPositionSchema.exactOptional(),
});

export type Position = Readonly<z.output<typeof positionSchema>>;

/** Progress of a fit by passes. */
export type FitPosition = Readonly<z.output<typeof fitPositionSchema>>;

export const START: Position = { step: 0, window: { counts: {}, sums: {} } };

/** Receives the reports of a loop, which opens no files itself. */
export interface Recorder {
  metrics(line: MetricsLine): Promise<void>;
  /**
   * Receives pictures of the model, from the same noise or images each time to show its progress.
   */
  samples(step: number, pictures: Rows): Promise<void>;
  /** Called after each line of metrics and at the end; `final` means the state must be kept. */
  keep(state: LoopState, final: boolean): Promise<void>;
  /** The best weights that were kept, of an earlier session too. */
  best(): Promise<StateValues | undefined>;
}

/** State between two steps that a recorder may keep. */
export interface LoopState {
  readonly position: Position;
  /** Outcome of a fit by passes so far, or why training ended early, as a sentence. */
  readonly outcome?: string | undefined;
  /** The best weights, if they are new since the last call. */
  takeBest(): StateValues | undefined;
}
