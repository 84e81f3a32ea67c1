/** Selects the coloured form of a character that also has a black one. */
const VARIATION = "fe0f";

/**
 * Normalises the code points of an emoji, which packages write in different ways (`1F3F3-FE0F`,
 * `0023-fe0f-20e3`, `1f3f4_e0067`): lower-case hexadecimal without leading zeros, joined by `-`,
 * without variation selectors.
 */
export const emojiCode = (written: string): string =>
  written
    .toLowerCase()
    .split(/[-_]/)
    .map((point) => point.replace(/^0+/, ""))
    .filter((point) => point !== VARIATION)
    .join("-");
