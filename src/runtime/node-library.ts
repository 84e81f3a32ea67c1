import type * as Ort from "onnxruntime-node";
import { DeviceError } from "./errors.js";
import { messageOf } from "./ort-session.js";
import { disableTelemetry } from "./telemetry.js";

export type Library = typeof Ort;

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
    return await import("onnxruntime-node");
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
    return `${what}it is not installed; run \`npm install\``;
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
    return `${what}a native file is missing or damaged (${message}); run \`npm rebuild onnxruntime-node\`, or remove node_modules and run \`npm ci\``;
  }
  return `${what}${message}; remove node_modules and run \`npm ci\``;
}
