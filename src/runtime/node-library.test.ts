import { expect, test } from "vitest";
import { explainLoadFailure } from "./node-library.js";

/** Messages of Node and of the dynamic loader, and the remedy that Figment must give for each. */
const failures: readonly [string, string, string, RegExp][] = [
  [
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by libonnxruntime.so.1)",
    "linux",
    "x64",
    /C library of this system is too old.*newer distribution/,
  ],
  [
    "Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by onnxruntime_binding.node)",
    "linux",
    "x64",
    /Alpine.*Debian-based image/,
  ],
  ["Cannot find package 'onnxruntime-node' imported from a.js", "linux", "x64", /npm install/],
  [
    "Cannot find module '../bin/napi-v6/linux/ia32/onnxruntime_binding.node'",
    "linux",
    "ia32",
    /not supported; it runs on Linux x64 and arm64, macOS arm64/,
  ],
  [
    "Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'",
    "linux",
    "x64",
    /remove node_modules and run `npm ci`/,
  ],
  [
    "libonnxruntime.so.1: cannot open shared object file: No such file or directory",
    "linux",
    "arm64",
    /remove node_modules and run `npm ci`/,
  ],
  ["something else", "linux", "x64", /something else; remove node_modules and run `npm ci`/],
];

test.each(failures)("%s on %s %s", (message, platform, arch, remedy) => {
  expect(explainLoadFailure(new Error(message), platform, arch)).toMatch(remedy);
});
