/** The parameters of a hidden Markov model over binary rows: the ink of each state's row, and the moves. */
export const NAMES = ["parameters.emission.logits", "parameters.chain.transitions"];
