import type { ConfigKey } from "../../core/config.js";

/** What there is to work with, and what the engine that offers it computes on. */
export interface Catalogue {
  readonly engine: EngineFacts;
  readonly models: readonly ModelFacts[];
  readonly datasets: readonly DatasetFacts[];
  readonly runs: readonly RunFacts[];
}

export interface EngineFacts {
  /** Where it computes: in this page, or on the machine that serves it. */
  readonly place: "page" | "server";
  /** The device, such as `WebAssembly (onnxruntime-web), 2 threads`. */
  readonly device: string;
  /** Whether trainings can be kept as run directories. */
  readonly keepsRuns: boolean;
}

export interface ModelFacts {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  /** Authors, year and reference. */
  readonly source: string;
  readonly density: string;
  readonly capabilities: readonly string[];
  readonly by: "gradients" | "passes";
  readonly config: readonly FormKey[];
  readonly training: readonly FormKey[];
  readonly sampler: readonly FormKey[];
  /** Parts that it cannot do without, which name runs. */
  readonly needs: readonly string[];
}

/** A setting as a form shows it. */
export interface FormKey extends ConfigKey {
  readonly choices: readonly string[] | null;
  readonly kind: "number" | "whole" | "choice" | "switch" | "list" | "text";
  readonly least: number | null;
  readonly most: number | null;
}

export interface DatasetFacts {
  readonly name: string;
  readonly title: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly origin: string;
  readonly licence: string;
  readonly note: string;
  /** Whether it loads at once. */
  readonly here: boolean;
  readonly planar: boolean;
}

export interface RunFacts {
  /** How a session opens it. */
  readonly ref: string;
  readonly model: string;
  readonly data: string;
  readonly steps: number;
  readonly status: string;
  readonly best: { readonly metric: string; readonly value: number } | null;
}
