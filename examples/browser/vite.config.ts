import { defineConfig } from "vite";

// Your own page needs the same: threads need an isolated page, and the library finds its workers
// and WebAssembly beside its own files.
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
