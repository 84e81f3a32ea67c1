import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { readNpy } from "../src/data/npy.js";
import { LIBRARY_VERSION } from "../src/runtime/library-folder.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Report {
  readonly reachesWeb: boolean;
  readonly installed: Ended;
  readonly sampled: Ended;
  readonly doctor: Ended;
}

/** Runs a program where there is no network but its own loopback. */
const apart = ["unshare", "--map-root-user", "--net"];
const canBeApart = spawnSync(apart[0], [...apart.slice(1), "ip", "link"]).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-install-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `npm pack` makes, from a copy: other tests use `dist`, which it would build again. */
function pack(): string {
  const copy = join(folder, "copy");
  for (const name of ["package.json", "dist", "assets", "zoo", "README.md", "LICENSE"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const vendor = join(copy, "vendor/onnxruntime-node");
  execFileSync(process.execPath, [join(root, "scripts/vendor-runtime.mjs"), vendor]);
  const options = ["--ignore-scripts", "--pack-destination", folder];
  execFileSync("npm", ["pack", ...options], { cwd: copy, stdio: "ignore" });
  rmSync(copy, { recursive: true });
  return join(folder, `figment-${manifest.version}.tgz`);
}

describe.runIf(canBeApart)("in an empty project, where there is no web but a registry", () => {
  let report: Report;
  let project: string;
  beforeAll(() => {
    project = join(folder, "empty");
    const script = join(root, "test/install/install.mjs");
    const [program, ...options] = [...apart, process.execPath, script, root, pack(), project];
    report = JSON.parse(execFileSync(program, options, { encoding: "utf8", stdio: "pipe" }));
  }, 300_000);

  test("npm installs the packed Figment", () => {
    expect(report.reachesWeb).toBe(false);
    expect(report.installed, report.installed.stderr).toMatchObject({ status: 0 });
  });

  test("figment draws from a model of the zoo", async () => {
    expect(report.sampled, report.sampled.stderr).toMatchObject({ status: 0 });
    const { shape, data } = await readNpy(join(project, "four.npy"));
    expect(shape).toEqual([4, 1, 28, 28]);
    expect(new Set(data).size).toBeGreaterThan(100);
  });

  test("figment doctor finds all that is needed, with the runtime that came along", () => {
    const { works, checks } = JSON.parse(report.doctor.stdout);
    expect(works).toBe(true);
    const cpu = checks.find(({ part }: { part: string }) => part === "cpu");
    expect(cpu.detail).toContain(`ONNX Runtime ${LIBRARY_VERSION}, came with Figment`);
  });

  test("nothing is there that was not asked for", () => {
    const names = readdirSync(project, { recursive: true }) as string[];
    expect(names.filter((name) => /providers_(cuda|tensorrt)/.test(name))).toEqual([]);
    expect(existsSync(join(project, "node_modules/onnxruntime-node"))).toBe(false);
    expect(existsSync(join(project, "node_modules/onnxruntime-web"))).toBe(false);
  });
});

test("the runtime that comes along is the one that Figment is tested with", () => {
  const { devDependencies, dependencies, peerDependencies } = manifest;
  expect(devDependencies["onnxruntime-node"]).toBe(LIBRARY_VERSION);
  expect(dependencies["onnxruntime-common"]).toBe(LIBRARY_VERSION);
  expect(peerDependencies["onnxruntime-web"]).toBe(LIBRARY_VERSION);
});

test("no dependency runs a script that fetches something", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const scripted = Object.entries<{ dev?: boolean; hasInstallScript?: boolean }>(packages)
    .filter(([, { dev, hasInstallScript }]) => !dev && hasInstallScript)
    .map(([path]) => path);
  // It compares version numbers and prints a warning.
  expect(scripted).toEqual(["node_modules/protobufjs"]);
});
