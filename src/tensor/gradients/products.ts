import { add, mul } from "../ops/elementwise.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** How many products inside one another are searched for a factor. */
const MAX_DEPTH = 5;

/** A factor of a product, and what it is multiplied with. */
interface Factor {
  readonly factor: Tensor;
  /** The other factors, innermost first. */
  readonly others: readonly Tensor[];
}

/**
 * Joins products that share a factor: g · p + (g · q) · r = g · (p + q · r).
 *
 * This is what reaches an operand that a product has twice, once through a function of it, as in
 * x · σ(x). The cotangent g is then multiplied once.
 */
export function joinProducts(parts: readonly Tensor[]): Tensor[] {
  const joined: Tensor[] = [];
  for (const part of parts) {
    const together = joined.map((other) => join(other, part));
    const partner = together.findIndex((sum) => sum !== undefined);
    if (partner < 0) joined.push(part);
    else joined[partner] = together[partner]!;
  }
  return joined;
}

function join(first: Tensor, second: Tensor): Tensor | undefined {
  const candidates = factorsOf(second);
  for (const { factor, others } of factorsOf(first)) {
    const same = candidates.find((candidate) => candidate.factor.id === factor.id);
    if (same !== undefined) return mul(factor, add(product(others), product(same.others)));
  }
  return undefined;
}

/** The factors of a product that have its shape, outer ones first. */
function factorsOf(tensor: Tensor): Factor[] {
  const found: Factor[] = [];
  let level: Factor[] = [{ factor: tensor, others: [] }];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap(({ factor, others }) => {
      if (factor.op !== "mul") return [];
      const [a, b] = factor.inputs;
      return [
        { factor: a, others: [b, ...others] },
        { factor: b, others: [a, ...others] },
      ].filter((inner) => sameShape(inner.factor.shape, tensor.shape));
    });
    found.push(...level);
  }
  return found;
}

/** Their product, numbers last, where they become one. */
function product(factors: readonly Tensor[]): Tensor {
  const numbers = factors.filter(({ shape }) => shape.length === 0);
  const others = factors.filter(({ shape }) => shape.length > 0);
  const of = (some: readonly Tensor[]) => some.reduce((left, right) => mul(left, right));
  return [others, numbers]
    .filter(({ length }) => length > 0)
    .map(of)
    .reduce((a, b) => mul(a, b));
}
