import { signal } from "@preact/signals";

export const views = ["lessons", "train", "use", "compare"] as const;
export type View = (typeof views)[number];

const engines = ["page", "webgpu"] as const;

/** Everything that the address says: opening it again shows the same. */
export interface Address {
  readonly view: View;
  /** The lesson that is open; absent for the list. */
  readonly lesson: string | undefined;
  /** The run or session that is in use. */
  readonly run: string | undefined;
  readonly seed: number;
  /** Where to train, where the page has a choice; absent for the first of them. */
  readonly engine: (typeof engines)[number] | undefined;
  /** Settings that differ from their defaults. */
  readonly settings: Readonly<Record<string, string>>;
}

const SETTING = "set.";

function parseAddress(query: string): Address {
  const params = new URLSearchParams(query);
  const settings = [...params]
    .filter(([key]) => key.startsWith(SETTING))
    .map(([key, value]) => [key.slice(SETTING.length), value] as const);
  const seed = Number(params.get("seed") ?? 0);
  return {
    view: views.find((view) => view === params.get("view")) ?? "lessons",
    lesson: params.get("lesson") ?? undefined,
    run: params.get("run") ?? undefined,
    seed: Number.isSafeInteger(seed) && seed >= 0 ? seed : 0,
    engine: engines.find((engine) => engine === params.get("engine")),
    settings: Object.fromEntries(settings),
  };
}

export function formatAddress({ view, lesson, run, seed, engine, settings }: Address): string {
  const params = new URLSearchParams();
  if (view !== "lessons") params.set("view", view);
  if (lesson !== undefined) params.set("lesson", lesson);
  if (run !== undefined) params.set("run", run);
  if (seed !== 0) params.set("seed", String(seed));
  if (engine !== undefined) params.set("engine", engine);
  for (const [key, value] of Object.entries(settings)) params.set(SETTING + key, value);
  const query = params.toString();
  return query === "" ? "./" : `?${query}`;
}

/** The address of the page, which the browser's buttons change, too. */
export const address = signal(parseAddress(location.search));

addEventListener("popstate", () => {
  address.value = parseAddress(location.search);
});

/** An address that differs from the current one; a new view begins without the old one's settings. */
export function addressWith(change: Partial<Address>): Address {
  const fresh = { lesson: undefined, run: undefined, seed: 0, settings: {} };
  const from = address.value;
  const moves = change.view !== undefined || change.lesson !== undefined;
  return { ...from, ...(moves && fresh), ...change };
}

/** Goes somewhere. Small changes, such as of a slider, replace the entry in the browser's history. */
export function go(change: Partial<Address>, { replace = false } = {}): void {
  const next = addressWith(change);
  address.value = next;
  if (replace) history.replaceState(null, "", formatAddress(next));
  else history.pushState(null, "", formatAddress(next));
}
