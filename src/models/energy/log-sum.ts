/** log Σ eˣ over finite values, in float64. */
export function logSum(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) largest = Math.max(largest, values[index]);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.exp(values[index] - largest);
  return largest + Math.log(sum);
}
