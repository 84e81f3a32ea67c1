import { type Code, get, vector, vectorAt } from "./assembly.js";

/** Instructions on vectors of four float32. */
export const abs = vector(224);
export const neg = vector(225);
export const sqrt = vector(227);
export const add = vector(228);
export const sub = vector(229);
export const mul = vector(230);
export const div = vector(231);

/** Four copies of the number at an address. */
export const loadSplat = (offset: number): Code => vectorAt(9, 2, offset);

/** Four copies of a number. */
export function splat(value: number): Code {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
  return vector(12, ...bytes, ...bytes, ...bytes, ...bytes);
}

/** How a loop reads and writes some elements: four at a time, or one as the first of four. */
export interface Access {
  readonly elements: 1 | 4;
  load(pointer: number, offset: number): Code;
  store(pointer: number, local: number, offset: number): Code;
}

export const FOUR: Access = {
  elements: 4,
  load: (pointer, offset) => [...get(pointer), ...vectorAt(0, 2, offset)],
  store: (pointer, local, offset) => [...get(pointer), ...get(local), ...vectorAt(11, 2, offset)],
};

export const ONE: Access = {
  elements: 1,
  load: (pointer, offset) => [...get(pointer), ...vectorAt(92, 2, offset)],
  store: (pointer, local, offset) => [
    ...[...get(pointer), ...get(local)],
    ...[...vectorAt(90, 2, offset), 0],
  ],
};
