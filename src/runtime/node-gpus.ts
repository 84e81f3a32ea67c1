import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** What a look at this machine's files says of its GPUs, before anything is loaded. */
export interface GpuFiles {
  readonly platform: string;
  readonly arch: string;
  /** Linux: whether a driver has told Vulkan's loader of itself. Elsewhere the system has drivers. */
  readonly vulkanDriver: boolean;
  /** Whether ONNX Runtime's CUDA parts lie beside its library. */
  readonly cudaParts: boolean;
}

export function lookForGpus(): GpuFiles {
  const { platform, arch } = process;
  return { platform, arch, vulkanDriver: hasVulkanDriver(), cudaParts: hasCudaParts() };
}

/** Devices worth a try beside the CPU. */
export function gpuCandidates({
  platform,
  arch,
  vulkanDriver,
  cudaParts,
}: GpuFiles): ("webgpu" | "cuda")[] {
  if (platform === "win32" || platform === "darwin") return ["webgpu"];
  if (platform !== "linux" || arch !== "x64") return [];
  return [...(cudaParts ? ["cuda" as const] : []), ...(vulkanDriver ? ["webgpu" as const] : [])];
}

const CUDA_LIBRARIES = "CUDA 12 and cuDNN 9";

/** Why a device that was asked for does not open, and what to do. */
export function explainGpuFailure(
  device: "webgpu" | "cuda",
  problem: string,
  { platform, vulkanDriver, cudaParts }: GpuFiles,
): string {
  const otherwise = 'or compute on the CPU with device "cpu"';
  if (device === "cuda") {
    return cudaParts
      ? `ONNX Runtime's CUDA parts do not start (${problem}): they need an NVIDIA driver and the libraries of ${CUDA_LIBRARIES}, whose folders LD_LIBRARY_PATH must name; ${otherwise}`
      : "ONNX Runtime's CUDA parts are not installed: run `node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12` " +
          `on Linux x64 with ${CUDA_LIBRARIES}; ${otherwise}`;
  }
  if (platform === "linux" && !vulkanDriver) {
    return `no GPU driver for Vulkan is installed: install your GPU's (on Debian and Ubuntu mesa-vulkan-drivers for AMD and Intel, NVIDIA's own for NVIDIA) and libvulkan1, and let a container see the GPU; ${otherwise}`;
  }
  const where =
    platform === "linux"
      ? "see that libvulkan1 is installed, that `vulkaninfo` lists the GPU, and that a container sees it"
      : "update the GPU's driver";
  return `no GPU that WebGPU can use was found (${problem}): ${where}; ${otherwise}`;
}

/** Where Vulkan's loader looks for drivers, by its documentation; it takes the variables' word alone. */
function hasVulkanDriver(): boolean {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  const named = VK_DRIVER_FILES ?? VK_ICD_FILENAMES;
  if (named !== undefined) return named.split(":").some((file) => existsSync(file));
  const roots = [
    "/etc",
    "/usr/local/etc",
    XDG_DATA_HOME ?? join(homedir(), ".local/share"),
    ...(XDG_DATA_DIRS ?? "/usr/local/share:/usr/share").split(":"),
  ];
  return roots.some((root) =>
    listed(join(root, "vulkan/icd.d")).some((file) => file.endsWith(".json")),
  );
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function hasCudaParts(): boolean {
  try {
    const entry = createRequire(import.meta.url).resolve("onnxruntime-node");
    const { platform, arch } = process;
    const folder = join(entry, "../../bin/napi-v6", platform, arch);
    return existsSync(join(folder, "libonnxruntime_providers_cuda.so"));
  } catch {
    return false;
  }
}
