/** What a program's lowering may make use of. */
export interface LoweringChoices {
  /** Nothing but what is needed: no rewriting of the graph, no fusion, no operator beyond the standard. */
  readonly plain: boolean;
  /** Channels of a block, where sessions have sound operators on blocked images. */
  readonly block: number | undefined;
}

/**
 * What to choose for sessions with blocks of this many channels. `FIGMENT_ENGINE=plain` switches every
 * choice off, to tell whether one of them is to blame for a wrong result.
 */
export function choicesFor(block: number | undefined): LoweringChoices {
  const plain = globalThis.process?.env?.FIGMENT_ENGINE === "plain";
  return { plain, block: plain ? undefined : block };
}
