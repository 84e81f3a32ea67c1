import { describe, expect, it, test } from "vitest";
import { compare } from "./node-choice.js";
import { explainGpuFailure, type GpuFiles, gpuCandidates } from "./node-gpus.js";

const linux: GpuFiles = { platform: "linux", arch: "x64", vulkanDriver: false, cudaParts: false };

test("only what can be there is tried", () => {
  expect(gpuCandidates(linux)).toEqual([]);
  expect(gpuCandidates({ ...linux, vulkanDriver: true })).toEqual(["webgpu"]);
  expect(gpuCandidates({ ...linux, vulkanDriver: true, cudaParts: true })).toEqual([
    "cuda",
    "webgpu",
  ]);
  expect(gpuCandidates({ ...linux, arch: "arm64", vulkanDriver: true })).toEqual([]);
  expect(gpuCandidates({ ...linux, platform: "darwin", arch: "arm64" })).toEqual(["webgpu"]);
});

describe("a device that does not open names the remedy", () => {
  it.each([
    ["cuda", linux, /script\/install --onnxruntime-node-install=cuda12.*device "cpu"/],
    ["cuda", { ...linux, cudaParts: true }, /\(why\).*cuDNN 9.*LD_LIBRARY_PATH/],
    ["webgpu", linux, /mesa-vulkan-drivers.*libvulkan1/],
    ["webgpu", { ...linux, vulkanDriver: true }, /\(why\).*vulkaninfo/],
    ["webgpu", { ...linux, platform: "win32" }, /\(why\).*driver/],
  ] as const)("%s %j", (device, files, remedy) => {
    expect(explainGpuFailure(device, "why", files)).toMatch(remedy);
  });
});

describe("`auto` takes a GPU that is worth it", () => {
  it.each([
    [{ cpu: 40, webgpu: 4 }, "webgpu", "a test product 10 times as fast as on the CPU"],
    [{ cpu: 40, webgpu: 4, cuda: 2 }, "cuda", "a test product 20 times as fast as on the CPU"],
    [{ cpu: 40, webgpu: 30 }, "cpu", "on webgpu a test product is 1.3 times as fast only"],
    [{ cpu: 40, webgpu: 100 }, "cpu", "on webgpu a test product takes 2.5 times as long"],
    [{ cpu: 40, webgpu: 9e4 }, "cpu", "on webgpu a test product takes over 20 times as long"],
    [{ cpu: 40, webgpu: null }, "cpu", "no GPU that can be used"],
  ])("%j", (timings, kind, why) => {
    expect(compare(timings)).toEqual({ kind, why });
  });
});
