import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Software versions that produced a run, for its record. */
export interface Versions {
  readonly figment: string;
  readonly node: string;
  readonly onnxruntime: string;
}

export function versions(): Versions {
  const require = createRequire(import.meta.url);
  return {
    figment: versionIn(new URL("../../package.json", import.meta.url)),
    node: process.versions.node,
    onnxruntime: versionIn(require.resolve("onnxruntime-node/package.json")),
  };
}

function versionIn(path: string | URL): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
