import { describe, expect, test } from "vitest";
import { deviation, ours, TOLERANCE, trainAsTwin, twin } from "./toy-gan-twin.testing.js";

describe("ten batches of toy-gan against PyTorch", () => {
  test("weights, moments, running statistics, memory, averages and losses agree", async () => {
    const { losses, state } = await trainAsTwin();
    expect(losses).toHaveLength(twin.losses.length);
    for (const [at, expected] of twin.losses.entries()) {
      for (const [name, value] of Object.entries(expected)) {
        expect(losses[at][name], `${name} of update ${at}`).toBeCloseTo(value, 5);
      }
    }
    const names = Object.keys(twin.state).map((name) => ours(name).name);
    expect([...state.keys()].sort()).toEqual(names.sort());
    expect(deviation(state)).toBeLessThan(TOLERANCE);
  });

  test.each(Object.entries(twin.deviations))("a twin with %s is told apart", (_, distance) => {
    expect(distance).toBeGreaterThan(1000 * TOLERANCE);
  });
});
