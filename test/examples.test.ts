import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { loadLibrary } from "../src/runtime/node-library.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const tsx = join(root, "node_modules/.bin/tsx");

/** Runs an example in an empty folder. */
async function runExample(
  name: string,
  look: (folder: string, stdout: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "figment-example-"));
  try {
    const { stdout } = await run(tsx, [join(root, "examples", name)], { cwd: folder });
    await look(folder, stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("the first program runs as the README prints it, trains and draws", async () => {
  const program = await readFile(join(root, "examples/first-program.ts"), "utf8");
  expect(await readFile(join(root, "README.md"), "utf8")).toContain(program.trim());

  await runExample("first-program.ts", async (folder, stdout) => {
    expect(stdout).toMatch(/^\d+\.\d\d nats per image \(bound\)\n$/);
    expect(await readdir(join(folder, "runs"))).toEqual(["digits", "digits.png"]);
    expect((await stat(join(folder, "runs/digits.png"))).size).toBeGreaterThan(1000);
  });
});

test("a model of one's own trains, draws and exports as the docs say", async () => {
  const page = await readFile(join(root, "docs/write-a-model.md"), "utf8");
  const program = await readFile(join(root, "examples/write-a-model.ts"), "utf8");
  const squeezed = (text: string) => text.replaceAll(/\s+/g, " ");
  // The program contains the page's two main snippets verbatim.
  for (const start of ["const config = z.strictObject", '{\n  name: "discriminator"']) {
    const at = page.indexOf(start);
    const snippet = page.slice(at, page.indexOf("```", at));
    const [first] = snippet.split("\n\n");
    expect(at, start).toBeGreaterThan(0);
    expect(squeezed(program)).toContain(squeezed(first).trim());
  }
  await runExample("write-a-model.ts", async (folder, stdout) => {
    expect(stdout).toContain("trained for 1200 steps; exported sampler.onnx");
    expect((await stat(join(folder, "runs/tiny-gan.png"))).size).toBeGreaterThan(1000);
    const { InferenceSession, Tensor } = await loadLibrary();
    const session = await InferenceSession.create(join(folder, "runs/exported/sampler.onnx"));
    const noise = new Float32Array(2 * 16).map((_, at) => Math.sin(at));
    const outputs = await session.run({ "noise.z": new Tensor("float32", noise, [2, 16]) });
    expect(outputs.pixelsUnit.dims).toEqual([2, 1, 8, 8]);
    const pixels = Array.from(outputs.pixelsUnit.data as Float32Array);
    expect(pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.max(...pixels)).toBeGreaterThan(0.5);
  });
});

test("docs/metrics.md shows the output of its example", async () => {
  const { stdout } = await run(tsx, [join(root, "examples/metrics.ts")]);
  expect(stdout).toContain("copies of training");
  expect(await readFile(join(root, "docs/metrics.md"), "utf8")).toContain(stdout);
});
