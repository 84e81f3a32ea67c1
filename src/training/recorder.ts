import type { Images } from "../core/images.js";
import type { StateValues } from "../runtime/program.js";
import type { MetricsLine } from "./metrics-log.js";
import type { Metrics } from "./trained.js";

/** What a loop keeps between steps besides the state on the device; JSON, and part of a checkpoint. */
export interface Position {
  /** Batches done. */
  readonly step: number;
  /** Sums since the last line of metrics. */
  readonly window: { readonly count: number; readonly sums: Metrics };
  /** The lowest validation loss so far. */
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
}

export const START: Position = { step: 0, window: { count: 0, sums: {} } };

/** Where a loop puts what it finds out. The loop itself opens no file. */
export interface Recorder {
  metrics(line: MetricsLine): Promise<void>;
  /** Images drawn with the same noise every time, so that one sees them grow. */
  samples(step: number, images: Images): Promise<void>;
  /** Called after each line of metrics and at the end; `final` asks for the state in any case. */
  keep(state: LoopState, final: boolean): Promise<void>;
}

/** What a recorder may keep of a moment between two steps. */
export interface LoopState {
  readonly position: Position;
  /** How a fit by passes ended, in words. */
  readonly outcome?: string | undefined;
  /** Weights of the lowest validation loss, when it was reached since they were last asked for. */
  takeBest(): StateValues | undefined;
}
