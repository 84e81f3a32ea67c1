/** Codes that a place of a digit's grid can have. */
export const CODES = 16;
