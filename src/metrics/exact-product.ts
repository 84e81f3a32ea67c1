/**
 * What rounding a · b to `product` has lost, exactly.
 *
 * @source Dekker 1971, doi:10.1007/BF01397083
 */
export function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The upper 26 bits. */
function upperHalf(x: number): number {
  const shifted = x * (2 ** 27 + 1);
  return shifted - (shifted - x);
}

/**
 * count · Σ xy − Σ x · Σ y, to about 100 bits before it is rounded: means that are large beside the
 * deviations cost no digits. Each sum is given with what its float64 lacks.
 */
export function centredSum(
  count: number,
  products: number,
  productsRest: number,
  x: number,
  xRest: number,
  y: number,
  yRest: number,
): number {
  const second = count * products;
  const first = x * y;
  const rest =
    productError(count, products, second) -
    productError(x, y, first) +
    (count * productsRest - x * yRest - xRest * y);
  return second - first + rest;
}
