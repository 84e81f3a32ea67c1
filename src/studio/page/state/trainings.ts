import { signal } from "@preact/signals";
import type { AskedSpec } from "../../engine/spec.js";
import { engine } from "./engine.js";
import { follow, type Live } from "./live.js";

/** The trainings that the page follows: they go on while other views are open. */
export const trainings = signal<readonly Live[]>([]);

/** @throws EngineError when the engine refuses it */
export async function startTraining(spec: AskedSpec): Promise<Live> {
  const live = follow(await engine().open(spec));
  trainings.value = [live, ...trainings.value];
  return live;
}

/** Joins trainings that another page began, or this one before it was loaded again. */
export async function joinTrainings(): Promise<void> {
  const isKnown = (id: string) => trainings.value.some(({ session }) => session.info.id === id);
  for (const { id } of await engine().sessions()) {
    if (isKnown(id)) continue;
    const session = await engine().join(id);
    // While it was asked for, it may have been joined from another view.
    if (!session.info.kept || isKnown(id)) continue;
    trainings.value = [...trainings.value, follow(session)];
  }
}

export function endTraining(live: Live): void {
  live.close();
  trainings.value = trainings.value.filter((one) => one !== live);
}
