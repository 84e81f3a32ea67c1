import { computed, signal } from "@preact/signals";
import type { Catalogue } from "../../engine/catalogue.js";
import type { Engine } from "../../engine/engine.js";
import { pageEngine } from "../engines/page-engine.js";
import { serverEngine } from "../engines/server-engine.js";
import { address } from "./address.js";

/** Whether a server stands behind the page, which says so in it. */
const served = document.querySelector('meta[name="figment-server"]') !== null;

/** Where models can train: on the server, on the visitor's processor, or on the visitor's GPU. */
export type Place = "server" | "page" | "webgpu";

/** Whether the browser lets pages compute on a GPU; not known at once. */
const hasGpu = signal(false);
// A page that a server stands behind computes on that machine at native speed.
if (!served) void offersGpu().then((offers) => (hasGpu.value = offers));

/** The places to choose from; the first is taken unless the address says otherwise. */
export const places = computed<readonly Place[]>(() => {
  if (served) return ["server", "page"];
  return hasGpu.value || address.value.engine === "webgpu" ? ["page", "webgpu"] : ["page"];
});

export const place = computed<Place>(
  () => places.value.find((one) => one === address.value.engine) ?? places.value[0],
);

async function offersGpu(): Promise<boolean> {
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<unknown> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter != null;
}

const engines: Readonly<Record<Place | "one thread", () => Engine>> = {
  server: serverEngine,
  page: () => pageEngine({ device: "cpu" }),
  webgpu: () => pageEngine({ device: "webgpu" }),
  "one thread": () => pageEngine({ device: "cpu", threads: 1 }),
};

/** The engines that are open, each from its first use on. */
const opened = new Map<keyof typeof engines, Engine>();

function engineOf(kind: keyof typeof engines): Engine {
  const found = opened.get(kind) ?? engines[kind]();
  opened.set(kind, found);
  return found;
}

/** The engine behind the page. */
export const engine = (): Engine => engineOf(place.value);

/** The engine of lessons, whose models are so small that a second thread in a page would slow them down. */
export const lessonEngine = (): Engine =>
  engineOf(place.value === "page" ? "one thread" : place.value);

/** What there is, once somebody asked for it. */
export const catalogue = signal<Catalogue | undefined>(undefined);

/** Asks the engine what there is; again after it may have changed. */
export async function loadCatalogue(): Promise<Catalogue> {
  const asked = place.value;
  const found = await engine().catalogue();
  if (place.value === asked) catalogue.value = found;
  return found;
}
