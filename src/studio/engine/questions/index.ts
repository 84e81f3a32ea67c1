import type { z } from "zod";
import { classify } from "./classify.js";
import { complete } from "./complete.js";
import { decode } from "./decode.js";
import { encode } from "./encode.js";
import { reconstruct } from "./reconstruct.js";
import { sample } from "./sample.js";
import { score } from "./score.js";

/** Everything that can be asked of a model. To add a question, write its file and list it here. */
export const questions = { sample, reconstruct, encode, decode, complete, score, classify };

export type QuestionName = keyof typeof questions;
/** A request as the page writes it: what has a default may be left out. */
export type Asked<N extends QuestionName> = z.input<(typeof questions)[N]["request"]>;
export type ReplyTo<N extends QuestionName> = Awaited<ReturnType<(typeof questions)[N]["answer"]>>;
