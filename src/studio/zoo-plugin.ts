import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { RunFacts } from "./engine/catalogue.js";

const RECORD = "run.json";
const WEIGHTS = "checkpoints/best.safetensors";

/** Puts the runs that ship with Figment beside the static page, which opens them by name. */
export function zooPlugin(folder: string): Plugin {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, WEIGHTS)));
  return {
    name: "figment-zoo",
    config: () => ({ define: { FIGMENT_ZOO: JSON.stringify(names.map(factsOf)) } }),
    generateBundle() {
      for (const name of names) {
        for (const file of [RECORD, WEIGHTS]) {
          const source = readFileSync(join(folder, name, file));
          this.emitFile({ type: "asset", fileName: `zoo/${name}/${file}`, source });
        }
      }
    },
  };

  function factsOf(name: string): RunFacts {
    const { model, data, progress, status } = JSON.parse(
      readFileSync(join(folder, name, RECORD), "utf8"),
    );
    const { step, best } = progress;
    return { ref: `zoo:${name}`, model, data: data.name, steps: step, status, best };
  }
}
