import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Common from "onnxruntime-common";
import { DeviceError } from "./errors.js";
import { findLibrary } from "./library-folder.js";
import { messageOf } from "./ort-session.js";
import { disableTelemetry } from "./telemetry.js";

/** What `onnxruntime-node` exports. */
export type Library = typeof Common & {
  listSupportedBackends(): readonly { readonly name: string }[];
};

const AGAIN = "remove node_modules and run `npm ci` or `npm install`";
const PLATFORMS = "Linux x64 and arm64, macOS arm64, Windows arm64 and x64";

/**
 * Loads the native library on first use, so that what does not compute does not pay for it. Nothing else
 * may import it: its telemetry would be on.
 *
 * @throws DeviceError when it cannot be loaded; the message names the remedy
 */
export async function loadLibrary(): Promise<Library> {
  await disableTelemetry();
  try {
    const found = findLibrary();
    if (found === undefined) throw new Error("Cannot find package 'onnxruntime-node'");
    return createRequire(import.meta.url)(join(found.folder, "dist/index.js")) as Library;
  } catch (cause) {
    throw new DeviceError(explainLoadFailure(cause, process.platform, process.arch), { cause });
  }
}

/** Explains why the native library could not be loaded, and what to do. */
export function explainLoadFailure(cause: unknown, platform: string, arch: string): string {
  const message = messageOf(cause);
  const what = `cannot load onnxruntime-node on ${platform} ${arch}: `;
  if (/GLIBC(XX)?_[\d.]+.*not found/.test(message)) {
    return `${what}the C library of this system is too old (${message}); use a newer distribution (glibc 2.28 or later)`;
  }
  if (/musl|ld-linux/.test(message)) {
    return `${what}it needs glibc, which Alpine Linux does not have (${message}); use a Debian-based image`;
  }
  if (/Cannot find (module|package) '?"?onnxruntime-node/.test(message)) {
    return `${what}it is not installed; ${AGAIN}`;
  }
  const supported = [
    "linux x64",
    "linux arm64",
    "darwin arm64",
    "win32 x64",
    "win32 arm64",
  ].includes(`${platform} ${arch}`);
  if (!supported) return `${what}this platform is not supported; it runs on ${PLATFORMS}`;
  if (/onnxruntime_binding\.node|cannot open shared object|no such file/i.test(message)) {
    return `${what}a native file is missing or damaged (${message}); ${AGAIN}`;
  }
  return `${what}${message}; ${AGAIN}`;
}
