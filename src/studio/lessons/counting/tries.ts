import { signal } from "@preact/signals";
import type { Point } from "../../page/state/live.js";

/** What chains of each order reached while the visitor tried them, by smoothing and side. */
export interface Tries {
  readonly train: readonly Point[];
  readonly held: readonly Point[];
}

const EMPTY: Tries = { train: [], held: [] };

/** The tries of this visit, by the settings besides the order. */
export const tries = signal<ReadonlyMap<string, Tries>>(new Map());

/** Adds a try, or replaces the one of the same order. */
export function remember(terms: string, order: number, train: number, held: number): void {
  const before = tries.peek().get(terms) ?? EMPTY;
  const known = before.held.find(({ step }) => step === order);
  if (known?.value === held) return;
  const added = (points: readonly Point[], value: number) =>
    [...points.filter(({ step }) => step !== order), { step: order, value }].sort(
      (a, b) => a.step - b.step,
    );
  const next = { train: added(before.train, train), held: added(before.held, held) };
  tries.value = new Map([...tries.peek(), [terms, next]]);
}
