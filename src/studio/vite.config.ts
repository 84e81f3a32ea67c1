import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { zooPlugin } from "./zoo-plugin.js";

/** In a page, a file with a `.browser.ts` beside it is replaced by that. */
function forPages(): Plugin {
  return {
    name: "figment-for-pages",
    enforce: "pre",
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith(".") || !source.endsWith(".js")) return null;
      const file = resolve(dirname(importer), source.replace(/js$/, "browser.ts"));
      return existsSync(file) ? file : null;
    },
  };
}

const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: resolve(import.meta.dirname, "page"),
  // Relative, so that the page works in any folder of any web host.
  base: "./",
  plugins: [forPages(), zooPlugin(resolve(import.meta.dirname, "../../zoo"))],
  worker: { format: "es", plugins: () => [forPages()] },
  build: {
    outDir: resolve(import.meta.dirname, "../../dist/studio/site"),
    emptyOutDir: true,
    target: "es2022",
    // A policy that allows no data: URL for scripts and fonts wants files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { headers },
  preview: { headers },
  logLevel: "warn",
});
