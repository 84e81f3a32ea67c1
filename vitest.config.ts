import { defineConfig } from "vitest/config";

/** `--mode plain` runs everything with the choices of the engine switched off. */
export default defineConfig(({ mode }) => ({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    env: mode === "plain" ? { FIGMENT_ENGINE: "plain" } : {},
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
}));
