/** Points and weights of a quadrature rule on [−1, 1]. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss–Legendre rule of `order` points, exact for polynomials of degree 2 · order − 1.
 * Newton's method finds the roots of the Legendre polynomial, starting from Tricomi's
 * approximation.
 *
 * @source Press et al., Numerical Recipes, 3rd edition, section 4.6
 */
export function gaussLegendre(order: number): QuadratureRule {
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  for (let i = 0; i < order; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5));
    let slope = 0;
    for (let step = 0; step < 8; step++) {
      const [value, before] = legendre(order, x);
      slope = (order * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** Legendre polynomials of degree `order` and `order − 1` at x. */
function legendre(order: number, x: number): readonly [number, number] {
  let before = 0;
  let value = 1;
  for (let degree = 1; degree <= order; degree++)
    [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
  return [value, before];
}
