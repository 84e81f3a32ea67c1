import type { Catalogue, FormKey } from "./catalogue.js";
import type { ComparisonFacts, ComparisonRequest } from "./comparison.js";
import type { SessionEvent } from "./events.js";
import type { CallWatch } from "./messages.js";
import type { Asked, QuestionName, ReplyTo } from "./questions/index.js";
import type { AskedCommand, AskedSpec } from "./spec.js";
import type { Upload } from "./upload.js";

/**
 * What trains and answers, behind the page: in the page itself, or on the machine that serves it. Whatever
 * one cannot do is refused with an EngineError that says why.
 */
export interface Engine {
  catalogue(): Promise<Catalogue>;
  /**
   * Opens a session. It is planned when the promise resolves.
   *
   * @throws EngineError with what is wrong and what to do
   */
  open(spec: AskedSpec): Promise<Session>;
  /** Sessions that are open, such as a training that another page began. */
  sessions(): Promise<readonly SessionFacts[]>;
  /** Joins a session that is open; its past events come first. */
  join(id: string): Promise<Session>;
  /**
   * Hands over images or weights, for `data` of a training or `run` of an opening.
   *
   * @returns `upload:ID` for images, `weights:ID` for safetensors
   */
  upload(upload: Upload): Promise<string>;
  /** Compares kept runs, which may take minutes. @throws EngineError where none are kept */
  compare(request: ComparisonRequest, watch?: CallWatch): Promise<ComparisonFacts>;
}

export interface SessionFacts {
  readonly id: string;
  readonly title: string;
  readonly status: string;
}

/** What is known of a session as it opens. */
export interface SessionInfo {
  readonly id: string;
  readonly model: string;
  readonly data: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly levels: number | null;
  readonly classes: readonly string[];
  readonly attributes: readonly string[];
  /** Words of captions; none where it reads none. */
  readonly vocabulary: readonly string[];
  /** Its codes: how many numbers one has (0 where it decodes none), and how far they usually reach. */
  readonly codes: { readonly length: number; readonly range: number };
  /** What names the target of a translation. */
  readonly translatesBy: "class" | "attributes" | null;
  /** Settings of its sampler. */
  readonly sampler: readonly FormKey[];
  /** How many images are here to show it. */
  readonly images: number;
  /** Annotations that the model draws by. */
  readonly conditionedOn: readonly string[];
  /** What can be asked of it. */
  readonly questions: readonly QuestionName[];
  readonly parameters: number;
  /** The name of its run directory, for a training that is kept. */
  readonly kept: string | null;
  /** What was said while it was planned. */
  readonly notes: readonly string[];
}

/** A model at work. */
export interface Session {
  readonly info: SessionInfo;
  /** Receives events, past ones first. @returns what ends it */
  listen(listener: (event: SessionEvent) => void): () => void;
  command(command: AskedCommand): void;
  /** Asks the model as it is now, between two steps. @throws EngineError */
  ask<N extends QuestionName>(name: N, request: Asked<N>): Promise<ReplyTo<N>>;
  close(): void;
}

/** A refusal of an engine, in words for people. */
export class EngineError extends Error {
  override readonly name = "EngineError";

  /** @param cause  the class of the error where it arose, such as `ConfigError` */
  constructor(
    message: string,
    readonly origin: string = "EngineError",
  ) {
    super(message);
  }
}
