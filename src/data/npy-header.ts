/** The header of a `.npy` file. */
export interface NpyHeader {
  /** Byte order and type of an element, such as `<f4`. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** True where the first axis varies fastest. */
  readonly isFortran: boolean;
}

const ENTRY =
  /^\s*(?:'(\w+)'|"(\w+)")\s*:\s*(?:'([^'"\\]*)'|"([^'"\\]*)"|(True|False)|\(([\d\s,]*)\))\s*(,|(?=\}))/;

/**
 * Parses the three entries of a header: a Python dictionary of strings, booleans and one tuple of
 * whole numbers.
 *
 * @returns the header, or a description of the problem where NumPy would not write such a header
 * @source numpy.lib.format
 */
export function parseNpyHeader(text: string): NpyHeader | string {
  const inner = /^[ \t]*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inner === undefined) return "the header is not a dictionary";
  if (/["']descr["']\s*:\s*\[/.test(inner)) return "the array is structured; save a plain one";
  const entries: { descr?: string; shape?: number[]; isFortran?: boolean } = {};
  for (let rest = `${inner}}`; rest.trim() !== "}"; ) {
    const match = ENTRY.exec(rest);
    if (match === null) return `the header is damaged at ${JSON.stringify(rest.slice(0, 20))}`;
    const [all, single, double, text1, text2, bool, tuple] = match;
    const key = single ?? double;
    const descr = text1 ?? text2;
    if (key === "descr" && descr !== undefined) entries.descr = descr;
    else if (key === "fortran_order" && bool !== undefined) entries.isFortran = bool === "True";
    else if (key === "shape" && tuple !== undefined) {
      const shape = parseTuple(tuple);
      if (shape === undefined) return `the shape (${tuple}) is not a tuple of whole numbers`;
      entries.shape = shape;
    } else return `the header has an unexpected entry ${key}`;
    rest = rest.slice(all.length);
  }
  const { descr, shape, isFortran } = entries;
  if (descr === undefined || shape === undefined || isFortran === undefined) {
    return "the header lacks descr, fortran_order or shape";
  }
  return { descr, shape, isFortran };
}

/** Python's tuple of one number has a comma: `(3,)`. */
function parseTuple(text: string): number[] | undefined {
  if (text.trim() === "") return [];
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length === 1) return undefined;
  if (parts.at(-1) === "") parts.pop();
  const numbers = parts.map(Number);
  const isWhole = parts.every((part) => /^(0|[1-9]\d*)$/.test(part));
  return isWhole && numbers.every(Number.isSafeInteger) ? numbers : undefined;
}
