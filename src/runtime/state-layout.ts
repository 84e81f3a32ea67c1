import { elementCount } from "../tensor/shape.js";
import { ProgramError } from "./errors.js";
import type { GroupSpec } from "./program.js";

/** Position of a slot in its group's vector. */
export interface Place {
  readonly offset: number;
  readonly length: number;
  readonly shape: readonly number[];
}

export interface Layout {
  readonly whole: Place;
  readonly places: ReadonlyMap<string, Place>;
}

/** Places one slot after the other. @throws ProgramError when two slots have the same name */
export function layOut({ name: group, slots }: GroupSpec): Layout {
  const places = new Map<string, Place>();
  let offset = 0;
  for (const { name, shape } of slots) {
    if (places.has(name)) {
      throw new ProgramError(`the state "${group}" has two slots called "${name}"`);
    }
    const length = elementCount(shape);
    places.set(name, { offset, length, shape });
    offset += length;
  }
  return { whole: { offset: 0, length: offset, shape: [offset] }, places };
}
