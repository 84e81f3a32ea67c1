import { bestAssignment } from "../core/best-assignment.js";
import { DataError } from "../core/errors.js";

/**
 * Names clusters by the classes of their images: one cluster for each class, so that as many images as
 * possible agree. Clusters beyond the number of classes take the class of most of their images.
 *
 * @param counts  [clusters, classes] images of each class in each cluster
 * @returns       [clusters] class of each
 * @throws DataError when rows differ in length or there is no cluster or class
 * @source the measure: Xie, Girshick & Farhadi 2016, arXiv:1511.06335, equation 10
 */
export function matchClusters(counts: readonly (readonly number[])[]): Int32Array {
  const classes = counts[0]?.length ?? 0;
  if (classes === 0 || counts.some(({ length }) => length !== classes)) {
    throw new DataError("clusters and classes can be matched only where there are some of both");
  }
  const few = counts.length <= classes;
  const gains = few
    ? counts
    : Array.from({ length: classes }, (_, label) => counts.map((row) => row[label]));
  const chosen = bestAssignment(gains);
  if (few) return Int32Array.from(chosen);
  const matched = Int32Array.from(counts, (row) => row.indexOf(Math.max(...row)));
  for (const [label, cluster] of chosen.entries()) matched[cluster] = label;
  return matched;
}
