import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../core/atomic-file.js";
import { defaultCacheDir, NO_CACHE } from "../data/cache.js";
import { loadSharp } from "../data/sharp.js";
import { openDevice } from "../runtime/device.js";
import { findLibrary, LIBRARY_VERSION } from "../runtime/library-folder.js";
import { chooseDevice } from "../runtime/node-choice.js";
import { explainGpuFailure, gpuCandidates, lookForGpus } from "../runtime/node-gpus.js";

/** What one part of an installation is like. */
export interface Check {
  readonly part: string;
  /** `absent` parts are not needed; without a `broken` one something does not work. */
  readonly status: "ok" | "absent" | "broken";
  readonly detail: string;
}

/** Looks at everything that Figment needs on this machine, or can use. Nothing is changed. */
export async function checkInstallation(leastNode: string): Promise<Check[]> {
  return [
    checkNode(leastNode),
    await checkLibrary(),
    ...(await checkGpus()),
    await checkImages(),
    await checkCache(),
  ];
}

function checkNode(least: string): Check {
  const found = process.versions.node;
  const isNew = compareVersions(found, least) >= 0;
  return {
    part: "node",
    status: isNew ? "ok" : "broken",
    detail: isNew ? `Node.js ${found}` : `Node.js ${found}; install ${least} or newer`,
  };
}

/** Below 0 where the first version is older. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : left[at] - right[at];
}

/** Opens the CPU, which every other device needs, too. */
async function checkLibrary(): Promise<Check> {
  const part = "cpu";
  const library = findLibrary();
  try {
    const device = await openDevice({ device: "cpu" });
    await device.close();
    const origin = library?.vendored ? "came with Figment" : "of this project";
    const other =
      library?.version === LIBRARY_VERSION ? "" : `; Figment is tested with ${LIBRARY_VERSION}`;
    const detail = `${device.description}; ONNX Runtime ${library?.version}, ${origin}${other}`;
    return { part, status: "ok", detail };
  } catch (error) {
    return { part, status: "broken", detail: messageOf(error) };
  }
}

async function checkGpus(): Promise<Check[]> {
  const files = lookForGpus();
  const candidates = gpuCandidates(files);
  const choice = candidates.length === 0 ? undefined : await chooseDevice(undefined);
  return (["webgpu", "cuda"] as const).map((part): Check => {
    if (choice === undefined || !candidates.includes(part)) {
      const { platform, arch } = files;
      const detail =
        platform === "linux" && arch !== "x64"
          ? `ONNX Runtime has no ${part} on Linux ${arch}`
          : explainGpuFailure(part, "", files);
      return { part, status: "absent", detail };
    }
    const chosen = choice.kind === part ? "chosen by default" : "not chosen by default";
    return { part, status: "ok", detail: `a driver is installed; ${chosen}: ${choice.why}` };
  });
}

async function checkImages(): Promise<Check> {
  try {
    const { versions } = await loadSharp();
    const detail = `sharp ${versions.sharp} reads and writes image files`;
    return { part: "images", status: "ok", detail };
  } catch (error) {
    return { part: "images", status: "broken", detail: messageOf(error) };
  }
}

async function checkCache(): Promise<Check> {
  const part = "cache";
  const folder = defaultCacheDir();
  const remedy = "set FIGMENT_CACHE to a folder, to keep data sets that are fetched";
  if (folder === NO_CACHE) {
    return { part, status: "absent", detail: `this user has no home directory: ${remedy}` };
  }
  const status = (await canBeWritten(folder)) ? "ok" : "absent";
  const detail = status === "ok" ? folder : `${folder} cannot be written: ${remedy}`;
  return { part, status, detail };
}

/** Whether a folder can be written, or made. */
async function canBeWritten(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    const above = dirname(folder);
    return codeOf(error) === "ENOENT" && above !== folder && canBeWritten(above);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
