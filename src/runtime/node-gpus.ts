import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { homeDirectory } from "./home-directory.js";
import { findLibrary, LIBRARY_VERSION } from "./library-folder.js";

/** What the machine's files tell about its GPUs before any library is loaded. */
export interface GpuFiles {
  readonly platform: string;
  readonly arch: string;
  /** Linux: whether a driver is registered with Vulkan's loader. Other systems come with drivers. */
  readonly vulkanDriver: boolean;
  /** Whether ONNX Runtime's CUDA files are installed beside its library. */
  readonly cudaParts: boolean;
}

export function lookForGpus(): GpuFiles {
  const { platform, arch } = process;
  return { platform, arch, vulkanDriver: hasVulkanDriver(), cudaParts: hasCudaParts() };
}

/** Devices worth trying besides the CPU. */
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

/** Explains why the requested device does not open, and what to do. */
export function explainGpuFailure(
  device: "webgpu" | "cuda",
  problem: string,
  { platform, vulkanDriver, cudaParts }: GpuFiles,
): string {
  const otherwise = 'or compute on the CPU with device "cpu"';
  if (device === "cuda") {
    return cudaParts
      ? `ONNX Runtime's CUDA provider does not start (${problem}): it needs an NVIDIA driver and the libraries of ${CUDA_LIBRARIES} in folders listed in LD_LIBRARY_PATH; ${otherwise}`
      : `ONNX Runtime's CUDA provider is not installed: run \`ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node@${LIBRARY_VERSION}\` ` +
          `on Linux x64 with ${CUDA_LIBRARIES}; ${otherwise}`;
  }
  if (platform === "linux" && !vulkanDriver) {
    return `no Vulkan driver is installed: install libvulkan1 and the driver of your GPU (on Debian and Ubuntu mesa-vulkan-drivers for AMD and Intel, NVIDIA's own driver for NVIDIA), and give containers access to the GPU; ${otherwise}`;
  }
  const where =
    platform === "linux"
      ? "check that libvulkan1 is installed, that `vulkaninfo` lists the GPU, and that containers have access to it"
      : "update the GPU's driver";
  return `WebGPU found no usable GPU (${problem}): ${where}; ${otherwise}`;
}

/** Looks where Vulkan's loader documents that it looks: if its variables are set, only at their paths. */
function hasVulkanDriver(): boolean {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  const named = VK_DRIVER_FILES ?? VK_ICD_FILENAMES;
  if (named !== undefined) return named.split(":").some((file) => existsSync(file));
  const home = homeDirectory();
  const own = XDG_DATA_HOME ?? (home && join(home, ".local/share"));
  const roots = [
    "/etc",
    "/usr/local/etc",
    ...(own === undefined ? [] : [own]),
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
  const library = findLibrary();
  const { platform, arch } = process;
  return (
    library !== undefined &&
    existsSync(
      join(library.folder, "bin/napi-v6", platform, arch, "libonnxruntime_providers_cuda.so"),
    )
  );
}
