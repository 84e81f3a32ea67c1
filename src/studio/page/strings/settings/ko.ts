import { settings as gamesAndNoise } from "./games-and-noise.ko.js";
import { settings as likelihood } from "./likelihood.ko.js";

/** The descriptions of settings in Korean, by the English ones of the schemas. */
export const settings: Readonly<Record<string, string>> = { ...likelihood, ...gamesAndNoise };
