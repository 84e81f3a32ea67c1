import { distance } from "fastest-levenshtein";

/**
 * The end of a message about an unknown name: `; did you mean "vae"?`, or nothing when no known
 * name is close.
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({
      candidate,
      edits: distance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  const close = best !== undefined && best.edits <= Math.max(2, Math.floor(name.length / 3));
  return close ? `; did you mean "${best.candidate}"?` : "";
}
