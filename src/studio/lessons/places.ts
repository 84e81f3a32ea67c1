import type { Place } from "../page/parts/place.js";

/** Values of a coordinate: two digits of base 36. */
const VALUES = 36 ** 2;
const DIGITS = 4;

/** Places that an address keeps as text, [x, y] in [0, 1] from the bottom left. */
export function placesOf(text: string): Place[] {
  const numbers = text.match(/[0-9a-z]{2}/g)?.map((digits) => Number.parseInt(digits, 36)) ?? [];
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, at) => [
    numbers[2 * at] / VALUES,
    numbers[2 * at + 1] / VALUES,
  ]);
}

/** The text with one place more; the oldest go where there are more than `most`. */
export function withPlace(text: string, place: Place, most: number): string {
  const digits = place.map((value) =>
    Math.min(VALUES - 1, Math.max(0, Math.floor(value * VALUES)))
      .toString(36)
      .padStart(2, "0"),
  );
  return (text + digits.join("")).slice(-DIGITS * most);
}
