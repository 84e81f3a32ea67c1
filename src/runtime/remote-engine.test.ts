import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { HostArray } from "../tensor/dtype.js";
import * as t from "../tensor/index.js";
import { openDevice } from "./device.js";
import { planProgram } from "./plan.js";
import { RemoteEngine } from "./remote-engine.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An engine whose thread opens, returns what a run is fed, and answers other calls by the code. */
async function engineThat(code: string) {
  const script = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ id, method, args }) => {
        const answer = (reply) => parentPort.postMessage({ id, ...reply });
        if (method === "open") answer({ result: { kind: "cpu", threads: 1 } });
        else if (method === "run") answer({ result: args[1].feeds });
        else { ${code} }
      });`)}`,
  );
  return (await RemoteEngine.open({}, script)).engine;
}

const SUCCEEDS = "answer({})";
const FAILS = 'answer({ error: { name: "ExecutionError", message: "out of luck" } })';

const plan = planProgram({ outputs: { y: t.not(t.input("b", [4], "bool")) }, updates: {} });
const request = (b: unknown, others: Record<string, unknown> = {}) => {
  const feeds = { ...others, b } as Record<string, HostArray>;
  return { state: undefined, feeds, dims: {}, noise: undefined };
};

describe("a compute thread", () => {
  test.each<[string, unknown]>([
    ["Promise", Promise.resolve(new Uint8Array(4))],
    ["Function", () => 1],
    ["DataView", new DataView(new ArrayBuffer(4))],
    ["Buffer", Buffer.from("1234")],
    ["plain array", [1, 0, 1, 1]],
    ["Float32Array", new Float32Array(4)],
    ["object", null],
  ])(
    "is not sent a %s as a feed, and the error is that of inline computing",
    async (what, feed) => {
      const engine = await engineThat(SUCCEEDS);
      await engine.load(0, plan);
      const device = await openDevice({ device: "cpu", host: "inline", threads: 1 });
      const inline = await device.compile({
        outputs: { y: t.not(t.input("b", [4], "bool")) },
        updates: {},
      });
      const expected = {
        name: "ProgramError",
        message: `the input "b" is bool [4]: it needs a Uint8Array, not a ${what}`,
      };
      await expect(engine.run(0, request(feed))).rejects.toMatchObject(expected);
      await expect(inline.run(request(feed) as never)).rejects.toMatchObject(expected);
      await engine.close();
      await device.close();
    },
  );

  test("is sent copies of the program's own feeds and leaves the caller's memory alone", async () => {
    const engine = await engineThat(SUCCEEDS);
    await engine.load(0, plan);
    const backing = Uint8Array.of(0, 1, 0, 1, 1);
    const sent = await engine.run(0, request(backing.subarray(1), { other: () => 1 }));
    expect(sent).toEqual({ b: Uint8Array.of(1, 0, 1, 1) });
    expect(backing).toEqual(Uint8Array.of(0, 1, 0, 1, 1));
    await engine.close();
  });

  test("is not sent state that is no typed array, such as a view of the pool of Buffers", async () => {
    const engine = await engineThat(SUCCEEDS);
    const [view, other] = [Buffer.from("1234"), Buffer.from("hello")];
    expect(view.buffer).toBe(other.buffer);
    await expect(engine.write(0, new Map([["g.p", view]]))).rejects.toMatchObject({
      name: "ProgramError",
      message: '"g.p" needs a typed array, not a Buffer',
    });
    expect(other.toString()).toBe("hello");
    await engine.close();
  });

  test("does not keep the process alive for a call that cannot be sent", async () => {
    const engine = await engineThat(SUCCEEDS);
    const hold = vi.spyOn(Worker.prototype, "ref");
    const release = vi.spyOn(Worker.prototype, "unref");
    await expect(engine.read(0, [(() => 1) as never])).rejects.toMatchObject({
      name: "ProgramError",
      message: expect.stringContaining("cannot send the call to the compute thread"),
    });
    expect([hold, release].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    await engine.free(0);
    await engine.close();
  });

  test("may be closed by several callers at once", async () => {
    const engine = await engineThat(SUCCEEDS);
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
  });

  test("ends even if its engine cannot be closed", async () => {
    const engine = await engineThat(FAILS);
    const terminate = vi.spyOn(Worker.prototype, "terminate");
    await expect(engine.close()).rejects.toThrow("out of luck");
    expect(terminate).toHaveBeenCalledOnce();
    await expect(engine.read(0, undefined)).rejects.toThrow("the device is closed");
    await Promise.all([engine.free(0), engine.unload(0)]); // It holds nothing to release.
  });
});
