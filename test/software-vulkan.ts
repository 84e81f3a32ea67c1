import { existsSync } from "node:fs";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const LOADERS = ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib64/libvulkan.so.1"];

/**
 * Points Vulkan at the software driver of Debian's chromium package, in this process and its
 * children. It keeps a driver that VK_ICD_FILENAMES already names, so that a GPU can be tested too.
 *
 * @returns what is missing, if anything is
 */
export function useSoftwareVulkan(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "not Linux x64";
  if (process.env.VK_ICD_FILENAMES !== undefined) return undefined;
  if (!existsSync(DRIVER)) return `no ${DRIVER}: install Debian's chromium`;
  if (!LOADERS.some((file) => existsSync(file))) return "no Vulkan loader: install libvulkan1";
  process.env.VK_ICD_FILENAMES = DRIVER;
  return undefined;
}
