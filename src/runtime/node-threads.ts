import { availableParallelism, cpus } from "node:os";
import { DeviceError } from "./errors.js";

/** Threads that compute take turns beyond one a processor; beyond this many they are a mistake. */
const MOST_PER_PROCESSOR = 4;

/** The most threads that a device of this machine takes. */
export const mostThreads = (): number =>
  MOST_PER_PROCESSOR * Math.max(availableParallelism(), cpus().length);

/**
 * Threads of a device where nobody asks for a number: one a processor, or `FIGMENT_THREADS`, for work that
 * runs beside other work. Threads that compute together wait for each other, so that two trainings which
 * share two processors are several times slower with two threads each than with one.
 *
 * @throws DeviceError when `FIGMENT_THREADS` is no such number
 */
export function defaultThreads(): number {
  const asked = process.env.FIGMENT_THREADS;
  return asked === undefined || asked === ""
    ? availableParallelism()
    : checkThreads(Number(asked), "FIGMENT_THREADS");
}

/** @returns the number @throws DeviceError with its name, unless it is from 1 to {@link mostThreads} */
export function checkThreads(count: number, name: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads()) return count;
  throw new DeviceError(
    `${name} must be a whole number from 1 to ${mostThreads()} on this machine, not ${count}`,
  );
}
