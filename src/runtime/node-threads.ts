import { availableParallelism, cpus } from "node:os";

/** Threads that compute take turns beyond one a processor; beyond this many they are a mistake. */
const MOST_PER_PROCESSOR = 4;

/** The most threads that a device of this machine takes. */
export const mostThreads = (): number =>
  MOST_PER_PROCESSOR * Math.max(availableParallelism(), cpus().length);
