import type { SessionInfo } from "../engine/engine.js";
import type { Command } from "../engine/spec.js";

/** A session where it lives. */
export interface LiveSession {
  readonly info: SessionInfo;
  command(command: Command): void;
  ask(name: string, request: unknown): Promise<unknown>;
  /** Ends the training, keeping what it keeps, and releases the model. */
  close(): Promise<void>;
}
