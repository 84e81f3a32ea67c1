/** Steps of the chain from noise to an image. */
export const STEPS = 100;
/** States of it that are shown. */
export const FRAMES = 10;
/** Chains that are shown. */
export const CHAINS = 4;
