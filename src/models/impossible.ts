import { DataError } from "../core/errors.js";

/** The error for known pixels of probability 0. */
export const impossible = (): DataError =>
  new DataError(
    "the model gives the known pixels of an image probability 0, so it cannot condition on them; train with smoothing > 0, which makes every image possible",
  );
