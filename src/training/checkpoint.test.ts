import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { removeTemporaries, writeFileAtomic } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../core/safetensors.js";
import { valuesOf } from "../core/stored-state.js";
import type { GroupSpec, StateValues } from "../runtime/program.js";
import {
  bestCheckpoint,
  latestCheckpoint,
  readCheckpoint,
  writeBest,
  writeCheckpoint,
} from "./checkpoint.js";
import type { CheckpointInfo } from "./checkpoint-file.js";
import { onTmpfs } from "./tmpfs.testing.js";

const groups: GroupSpec[] = [
  {
    name: "parameters.encoder",
    dtype: "float32",
    slots: [
      { name: "dense.weight", shape: [2, 3] },
      { name: "dense.bias", shape: [3] },
    ],
  },
  { name: "adam.count", dtype: "int64", slots: [{ name: "value", shape: [] }] },
];

const valuesAt = (step: number): StateValues =>
  new Map<string, Float32Array | BigInt64Array>([
    ["parameters.encoder.dense.weight", Float32Array.from({ length: 6 }, (_, i) => i + step)],
    ["parameters.encoder.dense.bias", Float32Array.of(-0, 3e38, 1e-45)],
    ["adam.count.value", BigInt64Array.of(BigInt(step))],
  ]);

const infoAt = (step: number): CheckpointInfo => ({ step, epoch: 0, extra: { order: [1, "a"] } });
const contentAt = (step: number) => ({ groups, values: valuesAt(step), info: infoAt(step) });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "figment-checkpoint-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const pathOf = (step: number) =>
  join(directory, `step-${String(step).padStart(8, "0")}.safetensors`);

function damage(path: string, change: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(path, change(readFileSync(path)));
}

describe("checkpoints", () => {
  test("give back state and information bit for bit", async () => {
    expect(await writeCheckpoint(directory, contentAt(1200))).toBe(pathOf(1200));
    const { checkpoint, warnings } = await latestCheckpoint(directory);
    expect(warnings).toEqual([]);
    expect(checkpoint?.info).toEqual(infoAt(1200));
    const values = valuesOf(checkpoint!.tensors, groups, { source: checkpoint!.path });
    expect(values).toEqual(valuesAt(1200));
    expect(Object.is(values.get("parameters.encoder.dense.bias")![0], -0)).toBe(true);
  });

  test("are found by step, not by name, and only the last are kept", async () => {
    for (const step of [99_999_998, 99_999_999, 100_000_000])
      await writeCheckpoint(directory, contentAt(step), { keep: 2 });
    expect(readdirSync(directory).sort()).toEqual([
      "step-100000000.safetensors",
      "step-99999999.safetensors",
    ]);
    expect((await latestCheckpoint(directory)).checkpoint?.info.step).toBe(100_000_000);
  });

  test("never remove the one just written, whatever damaged ones of later steps are there", async () => {
    for (const step of [100, 200, 300]) await writeCheckpoint(directory, contentAt(step));
    for (const step of [200, 300]) damage(pathOf(step), (bytes) => bytes.subarray(0, -1));
    await writeCheckpoint(directory, contentAt(150), { keep: 1 });
    const { checkpoint, warnings } = await latestCheckpoint(directory);
    expect(checkpoint?.info.step).toBe(150);
    expect(warnings).toHaveLength(2);
  });

  test("say that there is none, where there is none", async () => {
    const none = { checkpoint: undefined, warnings: [] };
    expect(await latestCheckpoint(directory)).toEqual(none);
    expect(await latestCheckpoint(join(directory, "absent"))).toEqual(none);
    expect(await bestCheckpoint(directory)).toBeUndefined();
  });

  test("keep the best with its metric, in half precision where asked", async () => {
    const info = { ...infoAt(7), best: { metric: "nllNats", value: 91.5 } };
    const bias = Float32Array.of(-0, 1, 2 ** -24);
    const state = new Map([...valuesAt(7), ["parameters.encoder.dense.bias", bias]]);
    await writeBest(directory, { groups, values: state, info }, { half: true });
    const best = await bestCheckpoint(directory);
    expect(best?.info).toEqual(info);
    expect(best?.tensors.get("parameters.encoder.dense.weight")?.dtype).toBe("F16");
    const values = valuesOf(best!.tensors, groups, { source: "best" });
    expect([...values.get("parameters.encoder.dense.weight")!]).toEqual([7, 8, 9, 10, 11, 12]);
    expect((await latestCheckpoint(directory)).checkpoint).toBeUndefined();
  });

  test("carry a checksum that anyone can recompute: the file's, with its digits as zeros", async () => {
    const bytes = readFileSync(await writeCheckpoint(directory, contentAt(3)));
    const { sha256 } = decodeSafetensors(bytes).metadata;
    const blank = bytes.toString("latin1").replace(sha256, "0".repeat(64));
    expect(createHash("sha256").update(blank, "latin1").digest("hex")).toBe(sha256);
  });

  test("are not written of a state that has diverged", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const bias = Float32Array.of(0, value, 0);
      const values = new Map([...valuesAt(5), ["parameters.encoder.dense.bias", bias]]);
      const content = { groups, values, info: infoAt(5) };
      for (const write of [writeCheckpoint, writeBest]) {
        await expect(write(directory, content)).rejects.toThrow(
          `"parameters.encoder.dense.bias" has ${value} at index 1, so the training has diverged`,
        );
      }
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  test("refuse information that JSON cannot keep", async () => {
    const info = { ...infoAt(1), best: { metric: "loss", value: Number.NaN } };
    await expect(writeBest(directory, { groups, values: valuesAt(1), info })).rejects.toThrow(
      /best\.value/,
    );
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("damaged files and files that are not checkpoints", () => {
  test("any damage anywhere is noticed", async () => {
    const path = await writeCheckpoint(directory, contentAt(5));
    const intact = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(intact.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, truncate) => {
          const bytes = truncate ? intact.subarray(0, at) : Buffer.from(intact);
          if (!truncate) bytes[at] ^= flip;
          writeFileSync(path, bytes);
          await expect(readCheckpoint(path)).rejects.toBeInstanceOf(RunError);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("the one before is used, with a warning", async () => {
    for (const step of [100, 200]) await writeCheckpoint(directory, contentAt(step));
    damage(pathOf(200), (bytes) => {
      bytes[bytes.length - 1] ^= 1;
      return bytes;
    });
    const { checkpoint, warnings } = await latestCheckpoint(directory);
    expect(checkpoint?.info.step).toBe(100);
    expect(warnings).toEqual([
      expect.stringMatching(
        /step-00000200.*damaged.*checksum.*Figment uses the checkpoint before it\.$/,
      ),
    ]);
  });

  test("a renamed checkpoint is not believed", async () => {
    writeFileSync(pathOf(900), readFileSync(await writeCheckpoint(directory, contentAt(100))));
    const { checkpoint, warnings } = await latestCheckpoint(directory);
    expect(checkpoint?.info.step).toBe(100);
    expect(warnings[0]).toContain("is of step 100");
  });

  test("when none can be used, each is named", async () => {
    for (const step of [100, 200]) {
      await writeCheckpoint(directory, contentAt(step));
      damage(pathOf(step), (bytes) => bytes.subarray(0, 20));
    }
    await expect(latestCheckpoint(directory)).rejects.toThrow(
      /no checkpoint in .* can be used.*step-00000200.*step-00000100/,
    );
  });

  test("a name that leads nowhere is a warning, not a loop", async () => {
    await writeCheckpoint(directory, contentAt(1));
    symlinkSync("/nonexistent", pathOf(2));
    const { checkpoint, warnings } = await latestCheckpoint(directory);
    expect(checkpoint?.info.step).toBe(1);
    expect(warnings[0]).toContain("is a link");
  });

  test("a safetensors file from elsewhere is told from a damaged one", async () => {
    const path = join(directory, "model.safetensors");
    writeFileSync(path, encodeSafetensors({ tensors: new Map(), metadata: { format: "pt" } }));
    await expect(readCheckpoint(path)).rejects.toThrow("not a checkpoint of Figment");
  });

  test("one of a newer format stops the search and asks for an update", async () => {
    await writeCheckpoint(directory, contentAt(1));
    const bytes = readFileSync(await writeCheckpoint(directory, contentAt(2)));
    const text = bytes.toString("latin1").replace('\\"format\\":1', '\\"format\\":2');
    const digits = decodeSafetensors(bytes).metadata.sha256;
    const blank = text.replace(digits, "0".repeat(64));
    const sum = createHash("sha256").update(blank, "latin1").digest("hex");
    writeFileSync(pathOf(2), Buffer.from(text.replace(digits, sum), "latin1"));
    await expect(latestCheckpoint(directory)).rejects.toThrow(
      /format version 2.*newer Figment wrote it: update with npm/,
    );
  });

  test("tensors that do not fit the model are named", async () => {
    const { tensors } = await readCheckpoint(await writeCheckpoint(directory, contentAt(1)));
    const other: GroupSpec[] = [
      {
        name: "parameters.encoder",
        dtype: "float32",
        slots: [
          { name: "dense.weight", shape: [3, 2] },
          { name: "dense.gain", shape: [3] },
        ],
      },
    ];
    expect(() => valuesOf(tensors, other, { source: "a.safetensors" })).toThrow(
      'a.safetensors does not fit the model: it has "parameters.encoder.dense.weight" as F32 [2,3] ' +
        'instead of float32 [3,2], lacks "parameters.encoder.dense.gain", ' +
        'has "adam.count.value" besides, has "parameters.encoder.dense.bias" besides',
    );
    const some = valuesOf(tensors, groups.slice(1), { source: "a", others: "ignore" });
    expect([...some.keys()]).toEqual(["adam.count.value"]);
  });
});

const NOT_PERMITTED = "mounting is not permitted here";

describe("file systems that refuse", () => {
  test("a full disk is reported, and nothing on it is harmed", async ({ skip }) => {
    const disk = join(directory, "disk");
    const done = await onTmpfs(disk, "size=64k", async () => {
      await writeCheckpoint(disk, contentAt(100));
      await writeBest(disk, contentAt(100));
      const before = readdirSync(disk);
      const large: GroupSpec[] = [
        { name: "p", dtype: "float32", slots: [{ name: "x", shape: [100_000] }] },
      ];
      const values = new Map([["p.x", new Float32Array(100_000)]]);
      const attempt = { groups: large, values, info: infoAt(200) };
      for (const write of [writeCheckpoint, writeBest])
        await expect(write(disk, attempt)).rejects.toThrow(
          /^cannot write .*safetensors: no space is left.*Free some space.*\(ENOSPC\)/,
        );
      expect(readdirSync(disk)).toEqual(before);
      expect((await latestCheckpoint(disk)).checkpoint?.info.step).toBe(100);
      expect((await bestCheckpoint(disk))?.info.step).toBe(100);
    });
    if (!done) skip(NOT_PERMITTED);
  });

  test("a read-only directory is reported", async ({ skip }) => {
    const disk = join(directory, "disk");
    const done = await onTmpfs(disk, "ro,size=64k", async () => {
      await expect(writeCheckpoint(disk, contentAt(1))).rejects.toThrow(/read-only.*\(EROFS\)/);
    });
    if (!done) skip(NOT_PERMITTED);
  });

  test("a missing directory, and a file in place of one, are reported", async () => {
    await expect(writeCheckpoint(join(directory, "absent"), contentAt(1))).rejects.toThrow(
      /cannot write .*absent.*\(ENOENT\)/,
    );
    const file = join(directory, "file");
    writeFileSync(file, "");
    const attempt = writeCheckpoint(file, contentAt(1));
    await expect(attempt).rejects.toBeInstanceOf(RunError);
    await expect(attempt).rejects.toThrow(/\(ENOTDIR\)/);
    await expect(latestCheckpoint(file)).rejects.toThrow(/cannot list .*\(ENOTDIR\)/);
  });

  test("what interrupted writes left is removed, and nothing else", async () => {
    await writeFileAtomic(join(directory, "run.json"), "{}");
    writeFileSync(join(directory, ".run.json.0123456789ab.tmp"), "{");
    writeFileSync(join(directory, ".hidden.tmp"), "the user's");
    expect(await removeTemporaries(directory)).toEqual([".run.json.0123456789ab.tmp"]);
    expect(readdirSync(directory).sort()).toEqual([".hidden.tmp", "run.json"]);
    expect(await removeTemporaries(join(directory, "absent"))).toEqual([]);
  });
});
