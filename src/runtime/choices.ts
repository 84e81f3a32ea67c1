import { type Backend, staysOnDevice } from "./backend.js";

/** Optimisations that the lowering of a program may use. */
export interface LoweringChoices {
  /** Use none: no graph rewriting, no fusion, standard operators only. */
  readonly plain: boolean;
  /** Channels per block; `undefined` if sessions have no reliable operators on blocked images. */
  readonly block: number | undefined;
  /** Whether state lies in the host's memory, where loops can update it. */
  readonly loops: boolean;
}

/**
 * The optimisations for a kind of device, and for sessions with blocks of this many channels.
 * `FIGMENT_ENGINE=plain` switches all of them off, to find out whether one of them causes a wrong result.
 */
export function choicesFor({ kind, block }: Pick<Backend, "kind" | "block">): LoweringChoices {
  const plain = globalThis.process?.env?.FIGMENT_ENGINE === "plain";
  return {
    plain,
    block: plain ? undefined : block,
    loops: !plain && !staysOnDevice(kind, "float32"),
  };
}
