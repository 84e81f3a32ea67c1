import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RunError } from "../core/errors.js";
import type { Clock } from "./clock.js";
import { openEventWriter } from "./tensorboard.js";
import { crc32c, encodeEvent, type TensorBoardEvent } from "./tensorboard-format.js";

/** Made by TensorBoard's own writer; see reference/tensorboard_fixture.py. */
const fixture = JSON.parse(
  readFileSync(new URL("../../reference/tensorboard.json", import.meta.url), "utf8"),
) as Record<"file" | "png", string>;
const reference = Buffer.from(fixture.file, "base64");
const image = {
  png: Buffer.from(fixture.png, "base64"),
  width: 300,
  height: 28,
  channels: 3,
} as const;

describe("CRC-32C", () => {
  test.each([
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ])("of %s is as in RFC 3720, B.4", (_, data, expected) => {
    expect(crc32c(data)).toBe(expected);
  });
});

describe("event files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "figment-events-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test("are byte for byte what TensorBoard's own writer makes", () => {
    const far = { "train/loss": 91.3, "train/größe": Number.NaN, "train/far": -1 / 0 };
    const events: TensorBoardEvent[] = [
      { wallSeconds: 1700000000.25, step: 0, content: { kind: "version" } },
      { wallSeconds: 1700000001.5, step: 1201, content: { kind: "restart" } },
      {
        wallSeconds: 1700000002,
        step: 0,
        content: { kind: "scalars", values: { "train/loss": 0 } },
      },
      { wallSeconds: 1700000003, step: 300, content: { kind: "scalars", values: far } },
      {
        wallSeconds: 1700000004,
        step: 2 ** 40 + 5,
        content: { kind: "image", tag: "samples", image },
      },
    ];
    expect(Buffer.concat(events.map(encodeEvent)).equals(reference)).toBe(true);
  });

  test("grow event by event, a new file for each session, in the order of names", async () => {
    const clock: Clock = { seconds: () => 0, wallSeconds: () => 1_700_000_000.25 };
    const first = await openEventWriter(join(directory, "events"), { clock });
    await first.scalars(3, { loss: 1 });
    await first.image(3, "samples", image);
    await first.close();
    expect(basename(first.path)).toBe(`events.out.tfevents.1700000000.${hostname()}`);
    const time = { wallSeconds: 1_700_000_000.25 };
    expect(readFileSync(first.path)).toEqual(
      Buffer.concat([
        encodeEvent({ ...time, step: 0, content: { kind: "version" } }),
        encodeEvent({ ...time, step: 3, content: { kind: "scalars", values: { loss: 1 } } }),
        encodeEvent({ ...time, step: 3, content: { kind: "image", tag: "samples", image } }),
      ]),
    );
    const second = await openEventWriter(join(directory, "events"), { clock, resumedAt: 2 });
    await second.close();
    expect(readdirSync(join(directory, "events"))).toEqual([
      basename(first.path),
      `events.out.tfevents.1700000001.${hostname()}`,
    ]);
    const restart = encodeEvent({ ...time, step: 3, content: { kind: "restart" } });
    expect(readFileSync(second.path).subarray(-restart.length)).toEqual(Buffer.from(restart));
  });

  test("of a run that starts again take back what was told of every step", async () => {
    const clock: Clock = { seconds: () => 0, wallSeconds: () => 1_700_000_000 };
    const first = await openEventWriter(directory, { clock });
    await first.close();
    const second = await openEventWriter(directory, { clock });
    await second.close();
    const version = encodeEvent({ wallSeconds: 1.7e9, step: 0, content: { kind: "version" } });
    const restart = encodeEvent({ wallSeconds: 1.7e9, step: 1, content: { kind: "restart" } });
    expect(readFileSync(first.path)).toEqual(Buffer.from(version));
    expect(readFileSync(second.path)).toEqual(Buffer.concat([version, restart]));
  });

  test("that cannot be written are reported", async () => {
    writeFileSync(join(directory, "file"), "");
    const attempt = openEventWriter(join(directory, "file"));
    await expect(attempt).rejects.toBeInstanceOf(RunError);
    await expect(attempt).rejects.toThrow(/cannot make the directory .*file.*EEXIST/);
  });
});
