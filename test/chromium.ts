import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

export const CHROMIUM = "/usr/bin/chromium";
export const hasChromium = existsSync(CHROMIUM);

const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** WebGPU on the software driver that ships with Chromium. */
const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--disable-vulkan-surface",
];

/** Starts Chromium, without a GPU unless one is asked for. */
export const launch = ({ gpu = false } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [...QUIET, ...(gpu ? SOFTWARE_GPU : ["--disable-gpu"])],
  });
