import { add, mul } from "../ops/elementwise.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** How many levels of nested products are searched for a common factor. */
const MAX_DEPTH = 5;

/** A factor of a product, and the other factors. */
interface Factor {
  readonly factor: Tensor;
  /** Innermost first. */
  readonly others: readonly Tensor[];
}

/** A tensor with its factors; no factors if it is not a product. */
interface Term {
  readonly value: Tensor;
  readonly factors: readonly Factor[];
}

/**
 * Factors out what products share: g · p + (g · q) · r = g · (p + q · r).
 *
 * Such sums arise when an operand enters a product twice, once through a function of it, as in
 * x · σ(x). Factoring multiplies the cotangent g only once.
 */
export function joinProducts(parts: readonly Tensor[]): Tensor[] {
  const terms = new Set<Term>();
  /** One term for each factor, by the factor's id. */
  const termWith = new Map<number, Term>();
  for (const value of parts) {
    let term: Term = { value, factors: factorsOf(value) };
    const shared = term.factors.find(({ factor }) => termWith.has(factor.id));
    if (shared !== undefined) {
      const partner = termWith.get(shared.factor.id)!;
      terms.delete(partner);
      for (const { factor } of partner.factors) termWith.delete(factor.id);
      term = join(shared, partner);
    }
    terms.add(term);
    for (const { factor } of term.factors) termWith.set(factor.id, term);
  }
  return Array.from(terms, ({ value }) => value);
}

/** The sum of a product and a term that shares a factor with it. */
function join({ factor, others }: Factor, { factors }: Term): Term {
  const same = factors.find((each) => each.factor.id === factor.id)!;
  const value = mul(factor, add(product(same.others), product(others)));
  return { value, factors: factorsOf(value) };
}

/** The factors of a product that have the product's shape, outermost first. */
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

/** The product of factors. Scalars are multiplied with each other first, so that they fold into one. */
function product(factors: readonly Tensor[]): Tensor {
  const numbers = factors.filter(({ shape }) => shape.length === 0);
  const others = factors.filter(({ shape }) => shape.length > 0);
  const of = (some: readonly Tensor[]) => some.reduce((left, right) => mul(left, right));
  return [others, numbers]
    .filter(({ length }) => length > 0)
    .map(of)
    .reduce((a, b) => mul(a, b));
}
