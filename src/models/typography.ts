/** Numbers with more digits are rounded. */
const WRITTEN = 15;

/** Formats a count: `1,023`, or `1.02 × 10²³⁶` if it has too many digits to read. */
export function formatCount(value: bigint): string {
  const { leading, exponent } = magnitude(value);
  if (exponent < WRITTEN) return value.toString().replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${leading.toFixed(2)} × 10${superscript(exponent)}`;
}

/** value ≈ leading · 10^exponent, without converting a number of perhaps millions of digits to text. */
function magnitude(value: bigint): { leading: number; exponent: number } {
  const hex = value.toString(16);
  const kept = hex.slice(0, 13);
  const log10 = Math.log10(Number.parseInt(kept, 16)) + (hex.length - kept.length) * Math.log10(16);
  const exponent = value === 0n ? 0 : Math.floor(log10 + 1e-12);
  return { leading: 10 ** (log10 - exponent), exponent };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

const inDigits = (digits: string, value: number) =>
  String(value).replaceAll(/\d/g, (digit) => digits[Number(digit)]);

/** Formats a whole number ≥ 0 as an exponent. */
export const superscript = (value: number): string => inDigits(SUPERSCRIPTS, value);
/** Formats a whole number ≥ 0 as an index. */
export const subscript = (value: number): string => inDigits(SUBSCRIPTS, value);
