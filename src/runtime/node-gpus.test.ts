import { describe, expect, test } from "vitest";
import { compare } from "./node-choice.js";
import { explainGpuFailure, type GpuFiles, gpuCandidates } from "./node-gpus.js";

const linux: GpuFiles = { platform: "linux", arch: "x64", vulkanDriver: false, cudaParts: false };

test("tries only GPUs that may be present", () => {
  expect(gpuCandidates(linux)).toEqual([]);
  expect(gpuCandidates({ ...linux, vulkanDriver: true })).toEqual(["webgpu"]);
  expect(gpuCandidates({ ...linux, vulkanDriver: true, cudaParts: true })).toEqual([
    "cuda",
    "webgpu",
  ]);
  expect(gpuCandidates({ ...linux, arch: "arm64", vulkanDriver: true })).toEqual([]);
  expect(gpuCandidates({ ...linux, platform: "darwin", arch: "arm64" })).toEqual(["webgpu"]);
});

describe("the message about a device that does not open gives the remedy", () => {
  test.each([
    ["cuda", linux, /ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node@.*device "cpu"/],
    ["cuda", { ...linux, cudaParts: true }, /\(why\).*cuDNN 9.*LD_LIBRARY_PATH/],
    ["webgpu", linux, /libvulkan1.*mesa-vulkan-drivers/],
    ["webgpu", { ...linux, vulkanDriver: true }, /\(why\).*vulkaninfo/],
    ["webgpu", { ...linux, platform: "win32" }, /\(why\).*driver/],
  ] as const)("%s %j", (device, files, remedy) => {
    expect(explainGpuFailure(device, "why", files)).toMatch(remedy);
  });
});

describe("`auto` selects a GPU if it is worth it", () => {
  test.each([
    [{ cpu: 40, webgpu: 4 }, "webgpu", "a test product 10 times as fast as on the CPU"],
    [{ cpu: 40, webgpu: 4, cuda: 2 }, "cuda", "a test product 20 times as fast as on the CPU"],
    [{ cpu: 40, webgpu: 30 }, "cpu", "on webgpu a test product is only 1.3 times as fast"],
    [{ cpu: 40, webgpu: 100 }, "cpu", "on webgpu a test product takes 2.5 times as long"],
    [{ cpu: 40, webgpu: 9e4 }, "cpu", "on webgpu a test product takes over 20 times as long"],
    [{ cpu: 40, webgpu: null }, "cpu", "no usable GPU"],
  ])("%j", (timings, kind, why) => {
    expect(compare(timings)).toEqual({ kind, why });
  });
});
