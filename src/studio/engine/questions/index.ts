import type { z } from "zod";
import { chain } from "./chain.js";
import { classify } from "./classify.js";
import { complete } from "./complete.js";
import { decode } from "./decode.js";
import { denoise } from "./denoise.js";
import { detokenise } from "./detokenise.js";
import { draws } from "./draws.js";
import { encode } from "./encode.js";
import { exported } from "./exported.js";
import { filters } from "./filters.js";
import { given } from "./given.js";
import { interpolate } from "./interpolate.js";
import { judge } from "./judge.js";
import { likeness } from "./likeness.js";
import { pictures } from "./pictures.js";
import { plane } from "./plane.js";
import { posterior } from "./posterior.js";
import { reconstruct } from "./reconstruct.js";
import { sample } from "./sample.js";
import { score } from "./score.js";
import { tokens } from "./tokens.js";
import { translate } from "./translate.js";
import { unfold } from "./unfold.js";
import { values } from "./values.js";

/** Everything that can be asked of a model. To add a question, write its file and list it here. */
export const questions = {
  given,
  pictures,
  sample,
  unfold,
  reconstruct,
  encode,
  decode,
  interpolate,
  complete,
  denoise,
  translate,
  score,
  classify,
  exported,
  tokens,
  detokenise,
  posterior,
  values,
  chain,
  filters,
  draws,
  plane,
  likeness,
  judge,
};

export type QuestionName = keyof typeof questions;
/** A request as the page writes it: what has a default may be left out. */
export type Asked<N extends QuestionName> = z.input<(typeof questions)[N]["request"]>;
export type ReplyTo<N extends QuestionName> = Awaited<ReturnType<(typeof questions)[N]["answer"]>>;
