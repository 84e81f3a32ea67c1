import { distance } from "fastest-levenshtein";

/**
 * The end of a message about an unknown name: `; did you mean "vae"?`, or empty when no known name
 * is close.
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const [best] = nearestNames(name, known, 1);
  const close = best !== undefined && edits(name, best) <= Math.max(2, Math.floor(name.length / 3));
  return close ? `; did you mean "${best}"?` : "";
}

/**
 * The known names with the fewest edits, nearest first. Of equals those of the name's own length come
 * first, since letters are more often swapped than lost.
 */
export function nearestNames(name: string, known: readonly string[], count: number): string[] {
  return known
    .map((candidate) => ({
      candidate,
      edits: edits(name, candidate),
      longer: Math.abs(candidate.length - name.length),
    }))
    .sort((a, b) => a.edits - b.edits || a.longer - b.longer)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

const edits = (a: string, b: string) => distance(a.toLowerCase(), b.toLowerCase());
