import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version of ONNX Runtime that Figment is made for and tested with. */
export const LIBRARY_VERSION = "1.30.0";

/** ONNX Runtime's package on this machine. */
export interface InstalledLibrary {
  readonly folder: string;
  readonly version: string;
  /** Whether it came with Figment, not from the project. */
  readonly vendored: boolean;
}

/**
 * Finds ONNX Runtime: the project's own `onnxruntime-node`, such as one with CUDA files, where it is of
 * {@link LIBRARY_VERSION}; else the one that came with Figment (`scripts/vendor-runtime.mjs`).
 */
export function findLibrary(): InstalledLibrary | undefined {
  const own = libraryIn(fileURLToPath(new URL("../../vendor/onnxruntime-node", import.meta.url)));
  const projects = libraryIn(resolvedFolder());
  if (projects !== undefined && (own === undefined || projects.version === LIBRARY_VERSION)) {
    return { ...projects, vendored: false };
  }
  return own && { ...own, vendored: true };
}

function libraryIn(folder: string | undefined) {
  if (folder === undefined) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { folder, version: String(version) };
  } catch {
    return undefined; // where there is no package, there is no library
  }
}

function resolvedFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  } catch {
    return undefined;
  }
}
