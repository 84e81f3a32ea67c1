import type { Phase, Step } from "../core/steps.js";
import type { GroupSpec } from "../runtime/program.js";

const PREFIX = "ema.";

/** The state that holds the average of a parameter, a buffer or a group of them. */
export const averageOf = (name: string): string => PREFIX + name;

/** The parameter, buffer or group that this state is the average of; undefined for other state. */
export const averagedIn = (name: string): string | undefined =>
  name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;

/** Values with each average in the place of what it is the average of. */
export function withAverages<V>(values: ReadonlyMap<string, V>): Map<string, V> {
  const used = new Map<string, V>();
  for (const [name, value] of values) if (!averagedIn(name)) used.set(name, value);
  for (const [name, value] of values) {
    const averaged = averagedIn(name);
    if (averaged !== undefined) used.set(averaged, value);
  }
  return used;
}

/**
 * The averages that training keeps: of the parameters of each trained scope, and of its buffers.
 * Running statistics are averaged too, since those of the last weights do not fit averaged weights.
 *
 * @param groups  of the model's own state
 * @param scopes  that some step trains
 */
export function averageGroups(
  groups: readonly GroupSpec[],
  scopes: ReadonlySet<string>,
): GroupSpec[] {
  return groups.flatMap((group) => {
    const { name, slots } = group;
    const averaged =
      name === "buffers"
        ? slots.filter((slot) => scopes.has(scopeOf(slot.name)))
        : slots.filter(() => name.startsWith("parameters.") && scopes.has(scopeIn(name)));
    return averaged.length === 0 ? [] : [{ ...group, name: averageOf(name), slots: averaged }];
  });
}

/** The top-level scope of a path, such as `encoder` of `encoder.norm.running_mean`. */
export const scopeOf = (path: string): string => path.split(".", 1)[0];

const scopeIn = (group: string) => group.slice("parameters.".length);

/**
 * The scopes whose averages a step updates. Each scope is averaged at most once per batch: by the
 * step that trains it most often, or the last such step.
 */
export function averagedBy({ steps }: Phase, step: Step): string[] {
  return step.trains.filter((scope) => {
    const chosen = steps
      .filter(({ trains }) => trains.includes(scope))
      .reduce((best, other) => ((other.every ?? 1) <= (best.every ?? 1) ? other : best));
    return chosen === step;
  });
}
