import { readFileSync } from "node:fs";

/** What package.json tells about Figment itself. */
export interface Manifest {
  readonly version: string;
  /** The oldest Node.js that it runs on. */
  readonly leastNode: string;
}

export function readManifest(): Manifest {
  const url = new URL("../../package.json", import.meta.url);
  const { version, engines } = JSON.parse(readFileSync(url, "utf8")) as {
    readonly version: string;
    readonly engines: { readonly node: string };
  };
  return { version, leastNode: engines.node.replace(/^>=/, "") };
}
