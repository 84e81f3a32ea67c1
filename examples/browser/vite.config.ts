import { defineConfig } from "vite";

// What a page of your own needs, too: threads want an isolated page, workers and WebAssembly are
// found beside the library's own files.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  root: import.meta.dirname,
  server: { headers },
  preview: { headers },
  optimizeDeps: {
    exclude: ["figment", "onnxruntime-web"],
    include: ["figment > onnx-proto", "figment > fastest-levenshtein", "figment > ml-matrix"],
  },
  worker: { format: "es" },
});
