import { z } from "zod";
import type { Rows } from "../core/capabilities/preview.js";
import type { StateValues } from "../runtime/program.js";
import type { MetricsLine } from "./metrics-log.js";
import type { Metrics } from "./trainer.js";

/**
 * State of a loop between steps besides the tensors on the device, stored as JSON in a checkpoint.
 */
export interface Position {
  /** Batches done. */
  readonly step: number;
  /** Sum and number of values of each metric since the last line of metrics. */
  readonly window: { readonly counts: Metrics; readonly sums: Metrics };
  /** The best validation so far; without validation images, the lowest training loss of a start. */
  readonly best?: { readonly step: number; readonly value: number };
  /** Position of a fit by passes. */
  readonly fit?: FitPosition;
}

/** Progress of a fit by passes. */
export interface FitPosition {
  /** Number of the start and of the stage, each from 0. */
  readonly restart: number;
  readonly stage: number;
  /** Passes of this stage done. */
  readonly pass: number;
  /** Loss of the last pass, and how much lower it was than the one before. */
  readonly loss?: number;
  readonly gain?: number;
  /** True once the gain fell below the stage's tolerance. */
  readonly converged: boolean;
  /** The best validation of this start, and the pass of the stage after which it was reached. */
  readonly best?: { readonly pass: number; readonly loss: number };
  /** True once the start's training loss has been compared with those of the starts before. */
  readonly compared?: boolean;
}

const count = z.int().min(0);
/** JSON has no numbers that are not finite: it writes null for them. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const sums = z.record(z.string(), number);

/** A position as a checkpoint holds it. */
export const positionSchema: z.ZodType<Position> = z.strictObject({
  step: count,
  window: z.strictObject({ counts: z.record(z.string(), count), sums }),
  best: z.strictObject({ step: count, value: z.number() }).exactOptional(),
  fit: z
    .strictObject({
      restart: count,
      stage: count,
      pass: count,
      loss: number.exactOptional(),
      gain: number.exactOptional(),
      converged: z.boolean(),
    })
    .exactOptional(),
});

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
