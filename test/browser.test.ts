import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page as Tab } from "playwright-core";
import { build, type PreviewServer, preview, type Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inMemory } from "../src/core/images.js";
import * as data from "../src/data/index.js";
import * as figment from "../src/index.js";
import { openRun } from "../src/runs/index.js";
import { stream } from "../src/runtime/index.js";
import type { Page } from "./browser/page.js";
import { asked, trained } from "./browser/scenario.js";
import { CHROMIUM, hasChromium, launch } from "./chromium.js";
import { independentNll } from "./models/independent-nll.js";

const configFile = fileURLToPath(new URL("browser/vite.config.ts", import.meta.url));
const outDir = fileURLToPath(new URL("../node_modules/.cache/figment-test-page", import.meta.url));
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const onNode = { ...figment, binarise: data.binarise };

beforeAll(async () => {
  await build({ configFile });
});

describe("what is bundled for a page", () => {
  test("has nothing that needs Node", async () => {
    const names = await readdir(`${outDir}/assets`);
    for (const name of names.filter((file) => file.endsWith(".js"))) {
      const code = await readFile(`${outDir}/assets/${name}`, "utf8");
      // onnxruntime-web checks that it is on Node before it imports Node's modules.
      const own = name.startsWith("ort.") ? "" : code;
      const found =
        /["'`](node:[\w/]+|onnxruntime-node|sharp|tar)["'`]|__vite-browser-external/.exec(own);
      expect(found?.[0], name).toBeUndefined();
    }
    expect(names.some((name) => name.startsWith("worker.browser"))).toBe(true);
  });

  test("is what the page uses of a module, not all that the module could", async () => {
    const page = 'import { auroc } from "figment/metrics"; console.log(auroc([1], [2]));';
    const entry = {
      name: "entry",
      resolveId: (id: string) => (id === "virtual:page" ? id : null),
      load: (id: string) => (id === "virtual:page" ? page : null),
    };
    const built = await build({
      configFile: false,
      root: fileURLToPath(new URL("browser", import.meta.url)),
      logLevel: "warn",
      plugins: [entry],
      build: { write: false, rolldownOptions: { input: "virtual:page" } },
    });
    const { output } = [built].flat()[0] as Rolldown.RolldownOutput;
    expect(output.map((file) => ("code" in file ? file.code.length : 0))).toEqual([
      expect.toSatisfy((length: number) => length > 0 && length < 10_000),
    ]);
  });

  test("every file that has one for a page beside it is replaced or exported", async () => {
    const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
    const root = fileURLToPath(new URL("../src", import.meta.url));
    const files = await readdir(root, { recursive: true });
    const seams = files.filter((file) => file.endsWith(".browser.ts"));
    const reached = ["data/load-dataset.browser.ts", "runtime/worker.browser.ts"];
    for (const file of seams.filter((name) => !reached.includes(name))) {
      expect(manifest).toContain(`./dist/${file.replace(/ts$/, "js")}"`);
    }
    expect(seams.length).toBeGreaterThan(4);
  });
});

describe.skipIf(!hasChromium)(`in Chromium (skipped without ${CHROMIUM})`, () => {
  let browser: Browser;
  let isolated: PreviewServer;
  let plain: PreviewServer;
  let tab: Tab;

  beforeAll(async () => {
    const listen = (headers: Record<string, string>) =>
      preview({ configFile, preview: { host: "127.0.0.1", port: 0, headers } });
    [isolated, plain] = await Promise.all([listen(ISOLATED), listen({})]);
    browser = await launch();
    tab = await open(isolated);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([isolated?.close(), plain?.close()]);
  });

  async function open(
    server: PreviewServer,
    prepare?: (tab: Tab) => Promise<unknown>,
    where = browser,
  ) {
    const opened = await where.newPage();
    await prepare?.(opened);
    await opened.goto(server.resolvedUrls!.local[0]);
    await opened.waitForFunction("globalThis.page");
    return opened;
  }

  /** Opens the test page with a GPU. */
  async function onGpu<R>(
    work: (tab: Tab) => Promise<R>,
    prepare?: (tab: Tab) => Promise<unknown>,
  ) {
    const withGpu = await launch({ gpu: true });
    try {
      return await work(await open(isolated, prepare, withGpu));
    } finally {
      await withGpu.close();
    }
  }

  /** Calls a function of the test page. */
  async function call<N extends keyof Page>(
    name: N,
    args: Parameters<Page[N]>,
    where = tab,
  ): Promise<Awaited<ReturnType<Page[N]>>> {
    return (await where.evaluate(
      `page[${JSON.stringify(name)}](...${JSON.stringify(args)})`,
    )) as Awaited<ReturnType<Page[N]>>;
  }

  test("reports what it computes with", async () => {
    expect(await call("describe", [{ threads: 2 }])).toEqual({
      kind: "cpu",
      threads: 2,
      description: "WebAssembly (onnxruntime-web), 2 threads",
    });
  });

  test("draws the same noise as Node, bit for bit", async () => {
    const out = new Float32Array(1000);
    stream(7, "eps").normal(out);
    expect(await call("normals", [7, "eps", 1000])).toEqual([...out]);
  });

  test("learns digits, and its saved weights are the same model on Node", async () => {
    const learnt = await call("learn", [{ threads: 2 }, 400]);
    expect(learnt.reports).toBe(400);
    expect(learnt.kind).toBe("bound");
    expect(learnt.nats).toBeLessThan((await frequencyNll()) - 2);

    const device = await figment.openDevice({ host: "inline" });
    const model = await figment.openWeights(Uint8Array.from(learnt.weights), device);
    const here = await asked(onNode, model);
    expect(farthest(here.samples, learnt.samples)).toBeLessThan(1e-4);
    expect(Math.abs(here.nats - learnt.nats)).toBeLessThan(1e-3);
    await device.close();
  });

  test("the page stays alive while it trains", async () => {
    // A page that computed by itself would tick only between steps.
    expect(await call("ticks", [10])).toBeGreaterThan(3 * 10);
  });

  test("the same seed trains the same model as on Node, whose weights a page reads", async () => {
    const device = await figment.openDevice({ host: "inline" });
    const model = await trained(onNode, device, 30);
    const here = await asked(onNode, model);
    const weights = [...(await figment.encodeWeights(model))];
    await device.close();

    const learnt = await call("learn", [{ host: "inline" }, 30]);
    expect(farthest(here.samples, learnt.samples), "trained in the page").toBeLessThan(1e-4);
    const read = await call("ask", [{}, weights]);
    expect(farthest(here.samples, read.samples), "trained on Node").toBeLessThan(1e-4);
    expect(Math.abs(here.nats - read.nats)).toBeLessThan(1e-3);
  });

  test("a diffusion model draws what it draws on Node, step by step", async () => {
    const device = await figment.openDevice({ host: "inline" });
    const model = await figment.trainModel({
      model: "ddpm",
      images: await figment.loadDataset("digits"),
      device,
      config: { channels: 8, blocks: 1, conditional: true },
      training: { steps: 30, batchSize: 32 },
      validation: 0,
    });
    const options = { sampler: "dpmpp-2m", steps: 5, guidance: 2 };
    const request = { count: 4, seed: 3, condition: { class: [7] }, options };
    const here = [...(await figment.sample(model, request)).pixelsUnit];
    const weights = [...(await figment.encodeWeights(model))];
    await device.close();
    expect(farthest(here, await call("draw", [{ threads: 2 }, weights, request]))).toBeLessThan(
      1e-3,
    );
  });

  /** Images that a page draws from the weights of a zoo run, and the classes that a judge sees in them. */
  async function drawnAndJudged(zoo: string, judge: string, request: figment.SampleOptions) {
    const { model, close } = await openRun(`zoo:${zoo}`, { host: "inline" });
    const weights = await figment.encodeWeights(model);
    await close();
    const address = `/${zoo}.safetensors`;
    const file = { body: Buffer.from(weights), contentType: "application/octet-stream" };
    const page = await open(isolated, (opened) =>
      opened.route(`**${address}`, (route) => route.fulfill(file)),
    );
    const pixels = await call("drawFrom", [{ threads: 2 }, address, request], page);
    await page.close();

    const judging = await openRun(`zoo:${judge}`, { host: "inline" });
    const images = inMemory(Float32Array.from(pixels), request.count);
    const { probs, names } = await figment.classify(judging.model, images);
    await judging.close();
    return Array.from({ length: request.count }, (_, image) => {
      const own = [...probs.subarray(image * names.length, (image + 1) * names.length)];
      return names[own.indexOf(Math.max(...own))];
    });
  }

  test("the zoo's diffusion model draws the digits that it is asked for", async () => {
    const digits = Array.from({ length: 20 }, (_, index) => String(index % 10));
    const seen = await drawnAndJudged("ddpm-mnist", "classifier-mnist", {
      count: digits.length,
      seed: 1,
      condition: { class: digits },
      options: { sampler: "dpmpp-2m", steps: 10, guidance: 2 },
    });
    expect(digits.filter((digit, index) => digit === seen[index]).length).toBeGreaterThan(17);
  });

  test("the zoo's dalle draws what a sentence says", async () => {
    const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    const seen = await drawnAndJudged("dalle-scenes", "classifier-scenes", {
      count: words.length,
      seed: 1,
      temperature: 0.8,
      condition: { caption: words.map((word) => `a thick red ${word}, centre`) },
      options: { guidance: 2 },
    });
    expect(words.filter((word, index) => word === seen[index]).length).toBeGreaterThan(7);
  });

  test("computes with one thread in a page that is not isolated, and says why", async () => {
    const other = await open(plain);
    const { threads, description } = await call("describe", [{ threads: 2 }], other);
    expect(threads).toBe(1);
    expect(description).toMatch(
      /1 thread, .*not cross-origin isolated.*Cross-Origin-Opener-Policy/,
    );
    await other.close();
  });

  test.each(["worker", "inline"] as const)(
    "names the remedy when the engine's file is missing (%s)",
    async (host) => {
      const broken = await open(isolated, (page) =>
        page.route("**/*.wasm", (route) => route.fulfill({ status: 404 })),
      );
      await expect(call("describe", [{ host }], broken)).rejects.toThrow(
        /DeviceError.*onnxruntime-web does not start.*wasmFolder/s,
      );
      await broken.close();
    },
  );

  test("trains the same model with WebGPU", () =>
    onGpu(async (page) => {
      const learnt = await call("learn", [{ device: "webgpu" }, 10], page);
      const reference = await call("learn", [{}, 10]);
      expect(farthest(learnt.samples, reference.samples)).toBeLessThan(1e-4);
      expect(Math.abs(learnt.nats - reference.nats)).toBeLessThan(1e-3);
    }));

  test("keeps parameters and moments on the GPU from step to step", () =>
    onGpu(
      async (page) => {
        const bytesOf = async (steps: number) => {
          const before = Number(await page.evaluate("transferred"));
          const device = { device: "webgpu", host: "inline" } as const;
          const { weights } = await call("learn", [device, steps], page);
          return { bytes: Number(await page.evaluate("transferred")) - before, weights };
        };
        const short = await bytesOf(2);
        const long = await bytesOf(12);
        const perStep = (long.bytes - short.bytes) / 10;
        // Uploads 64 images of 64 pixels and their 8 noise values; reads the loss and its parts
        // back.
        const batch = 4 * 64 * (64 + 8);
        expect(perStep).toBeGreaterThan(batch);
        expect(perStep).toBeLessThan(1.5 * batch);
        expect(short.weights.length).toBeGreaterThan(2 * batch);
      },
      (page) => page.addInitScript(countTransfers),
    ));

  test("the example's page trains and draws", async () => {
    const root = fileURLToPath(new URL("../examples/browser", import.meta.url));
    const output = { outDir: `${outDir}-example`, emptyOutDir: true };
    const config = {
      configFile: `${root}/vite.config.ts`,
      logLevel: "warn",
      build: output,
    } as const;
    await build(config);
    const server = await preview({ ...config, preview: { host: "127.0.0.1", port: 0 } });
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]);
    // A grid replaces the empty canvas, whose size is another.
    await page.waitForFunction('document.querySelector("canvas").width === 520');
    expect(await page.textContent("#status")).toMatch(
      /^epoch \d+ of 200 · [\d.]+ nats · [\d,]+ images/,
    );
    expect(await page.textContent("#device")).toMatch(/^WebAssembly .*, \d+ threads?$/);
    await page.close();
    await server.close();
  });

  test("refuses devices that are not available", async () => {
    await expect(call("describe", [{ device: "cuda" }])).rejects.toThrow(/DeviceError.*no cuda/);
    await expect(call("describe", [{ device: "webgpu" }])).rejects.toThrow(/DeviceError.*"cpu"/);
  });
});

/** Code for a page: counts the bytes to and from the GPU in `transferred`. */
const countTransfers = `
  globalThis.transferred = 0;
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, at, data, from, size) {
    transferred += size ?? data.byteLength;
    return writeBuffer.apply(this, arguments);
  };
  const { getMappedRange } = GPUBuffer.prototype;
  GPUBuffer.prototype.getMappedRange = function () {
    const range = getMappedRange.apply(this, arguments);
    transferred += range.byteLength;
    return range;
  };
`;

/** Nats of test images under a model of independent pixels. */
async function frequencyNll(): Promise<number> {
  const load = async (split: string) =>
    data.binarise(await data.loadDataset("digits", { split }), { mode: "fixed", seed: 0 });
  return independentNll(await load("train"), await load("test"));
}

function farthest(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, index) => Math.abs(value - b[index])));
}
