import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { MachineRates } from "./contestants/machine.js";

export interface Machine extends MachineRates {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
}

/** Describes and measures this machine, in a separate process. */
export async function measureMachine(threads: number): Promise<Machine> {
  const script = fileURLToPath(new URL("./contestants/machine.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    script,
    String(threads),
  ]);
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    ...(JSON.parse(stdout) as MachineRates),
  };
}

/** The best of two measurements, because other load can only slow a measurement down. */
export function faster(a: Machine, b: Machine): Machine {
  return {
    ...a,
    gemmGflops: Math.max(a.gemmGflops, b.gemmGflops),
    copyGBs: Math.max(a.copyGBs, b.copyGBs),
  };
}
