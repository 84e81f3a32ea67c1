import { availableParallelism } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { openDevice } from "./device.js";
import { defaultThreads, mostThreads } from "./node-threads.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("one thread a processor, unless FIGMENT_THREADS says otherwise", () => {
  vi.stubEnv("FIGMENT_THREADS", undefined);
  expect(defaultThreads()).toBe(availableParallelism());
  vi.stubEnv("FIGMENT_THREADS", "");
  expect(defaultThreads()).toBe(availableParallelism());
  vi.stubEnv("FIGMENT_THREADS", "3");
  expect(defaultThreads()).toBe(3);
});

test.each(["0", "-1", "1.5", "two", `${mostThreads() + 1}`])(
  "FIGMENT_THREADS=%s is refused",
  (text) => {
    vi.stubEnv("FIGMENT_THREADS", text);
    expect(defaultThreads).toThrow(
      `FIGMENT_THREADS must be a whole number from 1 to ${mostThreads()}`,
    );
  },
);

test("a device takes them, and a number that is asked for before them", async () => {
  vi.stubEnv("FIGMENT_THREADS", "2");
  const opened = await Promise.all([
    openDevice({ device: "cpu", host: "inline" }),
    openDevice({ device: "cpu", host: "inline", threads: 1 }),
  ]);
  expect(opened.map(({ threads }) => threads)).toEqual([2, 1]);
  await Promise.all(opened.map((device) => device.close()));
});
