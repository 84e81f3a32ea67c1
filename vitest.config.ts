import { defineConfig } from "vitest/config";

/**
 * `--mode plain` runs everything with the choices of the engine switched off. Files that test the library
 * from within share the modules that a worker has loaded; the others in `test` set up processes of their
 * own and start afresh.
 */
export default defineConfig(({ mode }) => ({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    // Two workers that compute with all processors each would wait for each other.
    env: { FIGMENT_THREADS: "1", ...(mode === "plain" && { FIGMENT_ENGINE: "plain" }) },
    projects: [
      {
        extends: true,
        test: {
          name: "within",
          include: ["src/**/*.test.ts", "test/models/*.test.ts"],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: ["test/models/**"],
        },
      },
    ],
  },
}));
