import {
  branchIf,
  type Code,
  get,
  i32Add,
  i32Const,
  i32Sub,
  set,
  tee,
  vector,
  vectorAt,
} from "./assembly.js";

/** Instructions on vectors of two float64, and the steps of a loop over them. */
export const load = (offset: number): Code => vectorAt(0, 3, offset);
export const loadSplat = (offset: number): Code => vectorAt(10, 3, offset);
export const store = (offset: number): Code => vectorAt(11, 3, offset);
export const zero = vector(12, ...Array<number>(16).fill(0));
export const add = vector(240);
export const sub = vector(241);
export const mul = vector(242);

/** Moves a pointer on by some bytes. */
export const advance = (pointer: number, bytes: number): Code =>
  [get(pointer), i32Const(bytes), i32Add, set(pointer)].flat();

/** Counts down, and begins the loop again until 0 is reached. */
export const repeat = (counter: number): Code =>
  [get(counter), i32Const(1), i32Sub, tee(counter), branchIf(0)].flat();
