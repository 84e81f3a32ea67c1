import { BYTES_PER_ELEMENT } from "../tensor/dtype.js";
import { reachable } from "../tensor/graph.js";
import { bindShape, elementCount } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * Estimates from its graph how many bytes a program needs per additional batch item: the peak size
 * of its live values when each is freed after its last use. Outputs live to the end, and inputs
 * throughout. A library that computes in place or fuses operators needs less.
 *
 * @param symbol  the batch dimension, which must be the only symbolic one
 */
export function bytesPerItem(outputs: Iterable<Tensor>, symbol = "B"): number {
  const ends = [...outputs];
  const nodes = reachable(ends);
  const lastUse = new Map<number, number>();
  nodes.forEach(({ inputs }, at) => {
    for (const { id } of inputs) lastUse.set(id, at);
  });
  for (const { id } of ends) lastUse.set(id, nodes.length);
  for (const { id, op } of nodes) if (op === "input") lastUse.set(id, nodes.length);
  const forgotten = nodes.map(() => 0);
  let [held, most] = [0, 0];
  nodes.forEach((node, at) => {
    const bytes = bytesOf(node, symbol, 2) - bytesOf(node, symbol, 1);
    held += bytes;
    most = Math.max(most, held);
    const last = lastUse.get(node.id) ?? at;
    if (last < nodes.length) forgotten[last] += bytes;
    held -= forgotten[at];
  });
  return most;
}

const bytesOf = ({ shape, dtype }: Tensor, symbol: string, items: number): number =>
  BYTES_PER_ELEMENT[dtype] * elementCount(bindShape(shape, { [symbol]: items }));
