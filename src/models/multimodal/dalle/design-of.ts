import type { Design } from "./design.js";
import { encoderDecoderDesign } from "./encoder-decoder.js";
import { jointDesign } from "./joint.js";
import type { Setup } from "./setup.js";

/** The design that a configuration asks for. */
export const designOf = (setup: Setup): Design =>
  setup.config.design === "joint" ? jointDesign(setup) : encoderDecoderDesign(setup);
