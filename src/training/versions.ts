import { readFileSync } from "node:fs";
import { findLibrary } from "../runtime/library-folder.js";

/** Software versions that produced a run, for its record. */
export interface Versions {
  readonly figment: string;
  readonly node: string;
  readonly onnxruntime: string;
}

export function versions(): Versions {
  return {
    figment: versionIn(new URL("../../package.json", import.meta.url)),
    node: process.versions.node,
    onnxruntime: findLibrary()?.version ?? "none",
  };
}

function versionIn(path: string | URL): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
