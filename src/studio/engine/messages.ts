import type { SessionEvent } from "./events.js";
import type { AskedCommand } from "./spec.js";

/** How far a call is that takes long. */
export interface Progress {
  /** What is being done, in English. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** Watches a call that takes long. */
export interface CallWatch {
  onProgress?(progress: Progress): void;
  /** Gives it up. */
  readonly signal?: AbortSignal;
}

/** What the owner of a thread asks of it. Specifications and requests are checked on arrival. */
export type Call =
  | { readonly kind: "catalogue"; readonly id: number }
  | { readonly kind: "open"; readonly id: number; readonly session: string; readonly spec: unknown }
  | {
      readonly kind: "ask";
      readonly id: number;
      readonly session: string;
      readonly name: string;
      readonly request: unknown;
    }
  | {
      readonly kind: "upload";
      readonly id: number;
      readonly name: string;
      readonly upload: unknown;
    }
  | { readonly kind: "compare"; readonly id: number; readonly request: unknown }
  /** Gives up an open call, which is then refused. */
  | { readonly kind: "cancel"; readonly call: number }
  | { readonly kind: "command"; readonly session: string; readonly command: AskedCommand }
  | { readonly kind: "close"; readonly id: number; readonly session: string };

/** What a thread tells its owner. */
export type Told =
  | { readonly kind: "reply"; readonly id: number; readonly result: unknown }
  | {
      readonly kind: "refusal";
      readonly id: number;
      readonly message: string;
      readonly origin: string;
    }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "event"; readonly session: string; readonly event: SessionEvent };

/** One end of a line between two threads. */
export interface Port<In, Out> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}
