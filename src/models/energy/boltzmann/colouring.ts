import type { Connections } from "./connections.js";

/**
 * Units in groups without connections among themselves, which are drawn at once given all others.
 *
 * Local windows need as many groups as a window has units in one quarter, a full layer one for each unit.
 */
export interface Colouring {
  /** Units in the order of their groups. */
  readonly order: readonly number[];
  /** Place of each unit in that order. */
  readonly place: readonly number[];
  /** Where each group ends in that order. */
  readonly ends: readonly number[];
}

/** Gives each unit the first colour that none of its earlier neighbours has. */
export function colour(units: number, connections: Connections | undefined): Colouring {
  const earlier: number[][] = Array.from({ length: units }, () => []);
  for (const position of connections?.at ?? []) {
    earlier[position % units].push(Math.floor(position / units));
  }
  const colours = earlier.map(() => 0);
  earlier.forEach((neighbours, unit) => {
    const taken = new Set(neighbours.map((neighbour) => colours[neighbour]));
    while (taken.has(colours[unit])) colours[unit]++;
  });
  const order = [...colours.keys()].sort((a, b) => colours[a] - colours[b] || a - b);
  const place = earlier.map(() => 0);
  const ends: number[] = [];
  order.forEach((unit, position) => {
    place[unit] = position;
    ends[colours[unit]] = position + 1;
  });
  return { order, place, ends };
}
