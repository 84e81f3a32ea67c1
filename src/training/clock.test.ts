import { describe, expect, test } from "vitest";
import { type Clock, paceMeter, systemClock, timestamp } from "./clock.js";

const at = (seconds: number): Clock & { now: number } => ({
  now: seconds,
  seconds() {
    return this.now;
  },
  wallSeconds() {
    return this.now;
  },
});

describe("clock", () => {
  test("writes times as ISO 8601 in UTC", () => {
    expect(timestamp(at(1_700_000_000.9))).toBe("2023-11-14T22:13:20Z");
    expect(Math.abs(systemClock.wallSeconds() - Date.parse(timestamp()) / 1000)).toBeLessThan(2);
  });
});

describe("pace", () => {
  test("counts from where a resumed training began", () => {
    const clock = at(100);
    const meter = paceMeter({ done: 500, total: 1000 }, clock);
    expect(meter.update(500)).toEqual({ elapsedSeconds: 0, perSecond: 0, secondsLeft: undefined });
    clock.now = 102;
    expect(meter.update(600)).toEqual({ elapsedSeconds: 2, perSecond: 50, secondsLeft: 8 });
  });

  test("follows a change of speed within ten seconds", () => {
    const clock = at(0);
    const meter = paceMeter({ total: 10_000 }, clock);
    const doneAt = (second: number) => (second < 100 ? second : 100 + 50 * (second - 100));
    for (; clock.now < 112; clock.now++) meter.update(doneAt(clock.now));
    expect(meter.update(doneAt(112)).perSecond).toBe(50);
  });

  test("has no time left to tell without a total", () => {
    const clock = at(0);
    const meter = paceMeter({}, clock);
    clock.now = 1;
    expect(meter.update(5)).toEqual({ elapsedSeconds: 1, perSecond: 5, secondsLeft: undefined });
  });
});
