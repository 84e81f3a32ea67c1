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
  const known = new Set(trainings.value.map(({ session }) => session.info.id));
  for (const { id } of await engine().sessions()) {
    if (known.has(id)) continue;
    const session = await engine().join(id);
    if (!session.info.kept) continue;
    trainings.value = [...trainings.value, follow(session)];
  }
}

export function endTraining(live: Live): void {
  live.close();
  trainings.value = trainings.value.filter((one) => one !== live);
}
