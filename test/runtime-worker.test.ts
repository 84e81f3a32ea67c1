import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openDevice } from "../dist/runtime/index.js";
import { RemoteEngine } from "../dist/runtime/remote-engine.js";
import * as t from "../dist/tensor/index.js";

const run = promisify(execFile);

test("a device in a worker computes, keeps state and leaves the event loop free", async () => {
  const device = await openDevice({ threads: 1 });
  const w = t.input("p.w", [400, 400], "float32", { kind: "state" });
  const x = t.input("x", ["B", 400]);
  const step = await device.compile({
    outputs: { y: t.sum(t.matmul(x, w), 1) },
    updates: { "p.w": t.mul(t.matmul(w, w), 1 / 400) },
  });
  const state = await device.allocate([
    { name: "p", dtype: "float32", slots: [{ name: "w", shape: [400, 400] }] },
  ]);
  const ones = new Float32Array(400 * 400).fill(1);
  await state.write(new Map([["p.w", ones]]));
  expect(ones.length, "what is written stays the caller's").toBe(160_000);
  const backing = new Float32Array(1200).fill(1);
  const feed = backing.subarray(0, 800);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  for (let index = 0; index < 20; index++) {
    const { y } = await step.run({ state, feeds: { x: feed } });
    expect([...y].map(Number)).toEqual([160_000, 160_000]);
  }
  clearInterval(timer);
  expect(feed.length, "what is fed stays the caller's").toBe(800);
  expect(ticks).toBeGreaterThan(5);
  expect((await state.read()).get("p.w")?.every((value) => value === 1)).toBe(true);
  await expect(step.run({ state })).rejects.toMatchObject({ name: "ProgramError" });
  await device.close();
  await device.close();
  await expect(step.run({ state, feeds: { x: feed } })).rejects.toThrow("the device is closed");
});

/** Runs a program with the built package and returns its output. */
async function script(body: string): Promise<string> {
  const source = `
    import { openDevice } from ${JSON.stringify(new URL("../dist/runtime/index.js", import.meta.url).href)};
    import * as t from ${JSON.stringify(new URL("../dist/tensor/index.js", import.meta.url).href)};
    const device = await openDevice({ threads: 1 });
    ${body}`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", source], {
    timeout: 30_000,
  });
  expect(stderr).toBe("");
  return stdout.trim();
}

test("a device that is not closed does not keep the process alive", async () => {
  expect(await script('console.log("end")')).toBe("end");
});

/** A worker that opens, and then runs the code at the first call. */
const workerThat = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ id, method }) => {
        if (method === "open") parentPort.postMessage({ id, result: { kind: "cpu", threads: 1 } });
        else { ${code} }
      });`)}`,
  );

test.each([
  ["process.exit(3)", "the compute thread ended with code 3"],
  ['throw new Error("out of luck")', "the compute thread failed: out of luck"],
])("a worker that ends rejects what is pending and what comes later: %s", async (code, message) => {
  const { engine } = await RemoteEngine.open({}, workerThat(code));
  const pending = [engine.free(0), engine.free(1)];
  for (const call of [...pending, engine.free(2)]) {
    await expect(call).rejects.toMatchObject({ name: "ExecutionError", message });
  }
  await expect(engine.free(3)).rejects.toThrow(message);
  await engine.close();
});
