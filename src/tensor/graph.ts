import type { Tensor } from "./tensor.js";

/**
 * Every node that the outputs depend on, operands before their users. Nodes come in order of
 * creation, so equal programs are visited in the same order. Deep graphs do not overflow the stack.
 */
export function reachable(outputs: Iterable<Tensor>): Tensor[] {
  const seen = new Map<number, Tensor>();
  const waiting = [...outputs];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    waiting.push(...node.inputs);
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}
