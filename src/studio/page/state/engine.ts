import { signal } from "@preact/signals";
import type { Catalogue } from "../../engine/catalogue.js";
import type { Engine } from "../../engine/engine.js";
import { pageEngine } from "../engines/page-engine.js";

/** The engine behind the page: opened at the first use, as its files are large. */
let opened: Promise<Engine> | undefined;

export function engine(): Promise<Engine> {
  opened ??= openEngine();
  return opened;
}

async function openEngine(): Promise<Engine> {
  return pageEngine();
}

/** What there is, once somebody asked for it. */
export const catalogue = signal<Catalogue | undefined>(undefined);

export async function loadCatalogue(): Promise<Catalogue> {
  catalogue.value ??= await (await engine()).catalogue();
  return catalogue.value;
}
