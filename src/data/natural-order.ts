/**
 * Compares names in natural order: "2" before "10". Runs of digits of any length compare as
 * numbers; everything else, and names with equal numbers ("1" and "01"), by UTF-16 code units.
 *
 * @returns below 0 where `a` comes first, above 0 where `b` does
 */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (const [place, part] of left.entries()) {
    const other = right[place];
    if (other === undefined) return 1;
    const order = isNumber(part) && isNumber(other) ? byValue(part, other) : byUnits(part, other);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : byUnits(a, b);
}

const isNumber = (part: string) => /^\d/.test(part);

const byUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function byValue(a: string, b: string): number {
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+/, ""));
  return left.length - right.length || byUnits(left, right);
}
