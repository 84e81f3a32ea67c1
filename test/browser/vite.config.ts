import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  build: {
    outDir: fileURLToPath(new URL("../../node_modules/.cache/figment-test-page", import.meta.url)),
    emptyOutDir: true,
    minify: false,
  },
  worker: { format: "es" },
  logLevel: "warn",
});
