/** Picks the coloured form of a character that has a black one, and changes nothing else. */
const VARIATION = "fe0f";

/**
 * The code points of an emoji, as packages write them in names of files and tables (`1F3F3-FE0F`,
 * `0023-fe0f-20e3`, `1f3f4_e0067`), in one form: lower case, hexadecimal without leading zeros, `-`
 * between them, without variation selectors.
 */
export const emojiCode = (written: string): string =>
  written
    .toLowerCase()
    .split(/[-_]/)
    .map((point) => point.replace(/^0+/, ""))
    .filter((point) => point !== VARIATION)
    .join("-");
