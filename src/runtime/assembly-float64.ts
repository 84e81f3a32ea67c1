import { type Code, vector, vectorAt } from "./assembly.js";

/** Instructions on vectors of two float64. */
export const load = (offset: number): Code => vectorAt(0, 3, offset);
export const loadSplat = (offset: number): Code => vectorAt(10, 3, offset);
export const store = (offset: number): Code => vectorAt(11, 3, offset);
export const zero = vector(12, ...Array<number>(16).fill(0));
export const add = vector(240);
export const sub = vector(241);
export const mul = vector(242);
