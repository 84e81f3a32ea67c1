import type { QuestionName, ReplyTo } from "./questions/index.js";

export type Status = "opening" | "paused" | "running" | "finished" | "failed";

/** The state of a session. */
export interface StateEvent {
  readonly kind: "state";
  readonly status: Status;
  readonly step: number;
  /** Null where only time or convergence ends the training. */
  readonly totalSteps: number | null;
  readonly epoch: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | null;
  /** Why it failed. */
  readonly problem?: string;
}

/** Means of the metrics since the event before. */
export interface MetricsEvent {
  readonly kind: "metrics";
  readonly step: number;
  readonly split: "train" | "validation" | "generated";
  readonly metrics: Readonly<Record<string, number>>;
}

/** The answer to a watched question at a step. */
export interface FrameEvent<N extends QuestionName = QuestionName> {
  readonly kind: "frame";
  readonly step: number;
  /** The name of the watch. */
  readonly name: string;
  readonly question: N;
  readonly answer: ReplyTo<N>;
}

/** Something that people should know; training goes on. */
export interface NoteEvent {
  readonly kind: "note";
  readonly text: string;
}

/** What follows begins with the past, also for a listener that has heard some of it before. */
export interface PastEvent {
  readonly kind: "past";
}

export type SessionEvent = PastEvent | StateEvent | MetricsEvent | FrameEvent | NoteEvent;

/** The state of a session that has not begun. */
export const OPENING: StateEvent = {
  kind: "state",
  status: "opening",
  step: 0,
  totalSteps: null,
  epoch: 0,
  imagesPerSecond: 0,
  secondsLeft: null,
};
