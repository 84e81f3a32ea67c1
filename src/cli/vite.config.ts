import { relative, resolve, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";

const sources = resolve(import.meta.dirname, "..");
const built = resolve(sources, "../dist");
const outDir = resolve(built, "cli");

/** A module that asks where it is gets the place of its own file in `dist`, not that of the bundle. */
function ownPlaces(): Plugin {
  return {
    name: "figment-own-places",
    transform(code, id) {
      if (!id.startsWith(sources) || !code.includes("import.meta.url")) return null;
      const file = resolve(built, relative(sources, id).replace(/ts$/, "js"));
      const place = relative(outDir, file).split(sep).join("/");
      return code.replaceAll(
        "import.meta.url",
        `new URL(${JSON.stringify(place)}, import.meta.url).href`,
      );
    },
  };
}

/**
 * The command line in few files: Node takes a millisecond for each that it loads, and a command would load
 * most of the library's. They lie in one folder, which `ownPlaces` counts on.
 */
export default defineConfig({
  plugins: [ownPlaces()],
  publicDir: false,
  // It consists of a hundred files, half of them languages.
  ssr: { noExternal: ["zod"] },
  build: {
    ssr: resolve(sources, "cli/main.ts"),
    outDir,
    emptyOutDir: true,
    target: "node20",
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
  logLevel: "warn",
});
