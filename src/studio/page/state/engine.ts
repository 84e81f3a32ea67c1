import { computed, signal } from "@preact/signals";
import type { Catalogue } from "../../engine/catalogue.js";
import type { Engine } from "../../engine/engine.js";
import { pageEngine } from "../engines/page-engine.js";
import { serverEngine } from "../engines/server-engine.js";
import { address } from "./address.js";

/** Whether a server stands behind the page, which says so in it. */
export const served = document.querySelector('meta[name="figment-server"]') !== null;

/** Where models train: on the server where there is one, unless the address says otherwise. */
export const place = computed(() =>
  served && address.value.engine !== "page" ? "server" : "page",
);

type Place = Catalogue["engine"]["place"];

/** The engines that are open, each from its first use on. */
const opened = new Map<Place, Engine>();

/** The engine behind the page. */
export function engine(): Engine {
  const found = opened.get(place.value);
  if (found !== undefined) return found;
  const made = place.value === "server" ? serverEngine() : pageEngine();
  opened.set(place.value, made);
  return made;
}

/** What there is, once somebody asked for it. */
export const catalogue = signal<Catalogue | undefined>(undefined);

/** Asks the engine what there is; again after it may have changed. */
export async function loadCatalogue(): Promise<Catalogue> {
  const asked = place.value;
  const found = await engine().catalogue();
  if (place.value === asked) catalogue.value = found;
  return found;
}
