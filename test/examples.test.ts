import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const tsx = join(root, "node_modules/.bin/tsx");

test("the first program runs as the README prints it, trains and draws", async () => {
  const program = await readFile(join(root, "examples/first-program.ts"), "utf8");
  expect(await readFile(join(root, "README.md"), "utf8")).toContain(program.trim());

  const folder = await mkdtemp(join(tmpdir(), "figment-example-"));
  try {
    const { stdout } = await run(tsx, [join(root, "examples/first-program.ts")], { cwd: folder });
    expect(stdout).toMatch(/^\d+\.\d\d nats an image \(bound\)\n$/);
    expect(await readdir(join(folder, "runs"))).toEqual(["digits", "digits.png"]);
    expect((await stat(join(folder, "runs/digits.png"))).size).toBeGreaterThan(1000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("docs/metrics.md shows what its example prints", async () => {
  const { stdout } = await run(tsx, [join(root, "examples/metrics.ts")]);
  expect(stdout).toContain("copies of training");
  expect(await readFile(join(root, "docs/metrics.md"), "utf8")).toContain(stdout);
});
