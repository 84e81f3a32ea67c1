import { expect, test } from "vitest";
import { BEGUN, workAfter } from "./work.js";

test("the time left is what the rest of a part takes at its pace so far", () => {
  const first = workAfter(BEGUN, { label: "drawing", done: 100, total: 1000 }, 5_000);
  expect(first.secondsLeft).toBeUndefined();
  // 300 in 2 seconds, and 600 are left.
  const later = workAfter(first, { label: "drawing", done: 400, total: 1000 }, 7_000);
  expect(later.secondsLeft).toBe(4);
  const next = workAfter(later, { label: "judging", done: 0, total: 4 }, 11_000);
  expect(next.secondsLeft).toBeUndefined();
  expect(workAfter(next, { label: "judging", done: 3, total: 4 }, 14_000).secondsLeft).toBe(1);
});

test("a part that begins again is timed again", () => {
  const done = workAfter(
    workAfter(BEGUN, { label: "drawing", done: 500, total: 1000 }, 0),
    { label: "drawing", done: 1000, total: 1000 },
    1_000,
  );
  const again = workAfter(done, { label: "drawing", done: 0, total: 1000 }, 2_000);
  expect(again.secondsLeft).toBeUndefined();
  expect(workAfter(again, { label: "drawing", done: 250, total: 1000 }, 3_000).secondsLeft).toBe(3);
});
