import { expect, test } from "vitest";
import { gate } from "./gate.js";

test("a paused gate admits one step for each that is asked for", () => {
  const doors = gate(true);
  expect(doors.admits()).toBe(false);
  doors.command({ do: "step" });
  doors.command({ do: "step" });
  expect([doors.admits(), doors.admits(), doors.admits()]).toEqual([true, true, false]);
  doors.command({ do: "play" });
  expect([doors.admits(), doors.admits()]).toEqual([true, true]);
  doors.command({ do: "pause" });
  expect(doors.admits()).toBe(false);
});

test("a pace spaces the steps, and waiting ends when the next is due or a command comes", async () => {
  const doors = gate(false);
  doors.command({ do: "pace", stepsPerSecond: 20 });
  const begun = performance.now();
  for (let step = 0; step < 3; step++) {
    while (!doors.admits()) await doors.wait();
  }
  // Three steps have two spaces of 50 ms between them.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
  doors.command({ do: "pause" });
  const waiting = doors.wait();
  doors.command({ do: "play" });
  await waiting;
});

test("an open gate lets everything pass, so that a paused training can end", () => {
  const doors = gate(true);
  doors.open();
  expect(doors.admits()).toBe(true);
});
