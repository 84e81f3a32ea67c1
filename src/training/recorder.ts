import type { Rows } from "../core/capabilities/preview.js";
import type { StateValues } from "../runtime/program.js";
import type { MetricsLine } from "./metrics-log.js";
import type { Metrics } from "./trainer.js";

/** What a loop keeps between steps beside the state on the device: JSON that goes into a checkpoint. */
export interface Position {
  /** Batches done. */
  readonly step: number;
  /** Sums since the last line of metrics, and of how many values each is. */
  readonly window: { readonly counts: Metrics; readonly sums: Metrics };
  /** The best validation so far; without validation images, the lowest training loss of a start. */
  readonly best?: { readonly step: number; readonly value: number };
  /** Where a fit by passes stands. */
  readonly fit?: FitPosition;
}

/** The passes of a fit that are done. */
export interface FitPosition {
  /** Number of the start and of the stage, from 0. */
  readonly restart: number;
  readonly stage: number;
  /** Passes of this stage. */
  readonly pass: number;
  /** Loss that the last pass found, and by how much it was lower than the one before. */
  readonly loss?: number;
  readonly gain?: number;
  /** True once the gain was below the stage's tolerance. */
  readonly converged: boolean;
  /** The best validation of this start, and the pass of the stage after which it was reached. */
  readonly best?: { readonly pass: number; readonly loss: number };
  /** True once the start's training loss has been compared with those of the starts before. */
  readonly compared?: boolean;
}

export const START: Position = { step: 0, window: { counts: {}, sums: {} } };

/** Receives what a loop reports. The loop itself opens no file. */
export interface Recorder {
  metrics(line: MetricsLine): Promise<void>;
  /** Pictures of the model; the same noise or images each time show its progress. */
  samples(step: number, pictures: Rows): Promise<void>;
  /** Called after each line of metrics and at the end; `final` asks for the state in any case. */
  keep(state: LoopState, final: boolean): Promise<void>;
}

/** What a recorder may keep of a moment between two steps. */
export interface LoopState {
  readonly position: Position;
  /** How a fit by passes has gone, or why training has ended early, as a sentence. */
  readonly outcome?: string | undefined;
  /** The best weights, when they were reached since this was last called. */
  takeBest(): StateValues | undefined;
}
