import { ConfigError } from "../../../../core/errors.js";
import type { DvaeConfig } from "../config.js";
import { fsq } from "./fsq.js";
import { gumbel } from "./gumbel.js";
import type { Quantiser } from "./quantiser.js";
import { vq } from "./vq.js";

/** Codes that a token can be, so that float32 holds token + ½ exactly, from which fsq reads its levels. */
const MOST_CODES = 2 ** 23;

/** @throws ConfigError when there are too many codes, or the temperature rises */
export function quantiserFor(config: DvaeConfig): Quantiser {
  const { quantiser, temperature, coldest } = config;
  if (quantiser === "gumbel" && coldest > temperature) {
    throw new ConfigError(
      `dvae: the temperature falls from temperature=${temperature} to coldest=${coldest}, which is higher; give a lower coldest`,
    );
  }
  const made = {
    gumbel: () => gumbel(config),
    vq: () => vq(config),
    fsq: () => fsq(config.levels),
  }[quantiser]();
  if (made.codes <= MOST_CODES) return made;
  throw new ConfigError(
    `dvae: levels=${config.levels.join(",")} make ${made.codes} codes; at most ${MOST_CODES} can be told apart`,
  );
}
