/** Digits to complete. */
export const GIVEN = [0, 1, 2, 3];
