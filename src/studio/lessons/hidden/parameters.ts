import type { Pictures } from "../../engine/questions/question.js";

/** The parameters of a hidden Markov model over binary rows. */
export const NAMES = ["parameters.emission.logits", "parameters.chain.transitions"];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** States side by side. */
const ACROSS = 4;

/** The probability of ink in a row of each state: pictures of one row. */
export function rowsOfStates(logits: Float32Array, width: number): Pictures {
  const count = logits.length / width;
  return { channels: 1, height: 1, width, count, columns: ACROSS, pixelsUnit: logits.map(sigmoid) };
}

/** The probability of each state after each, as one picture; from the row, to the column. */
export function pictureOfMoves(logProbs: Float32Array): Pictures {
  const states = Math.sqrt(logProbs.length);
  return {
    channels: 1,
    height: states,
    width: states,
    count: 1,
    pixelsUnit: logProbs.map(Math.exp),
  };
}
