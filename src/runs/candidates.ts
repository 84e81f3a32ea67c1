import { describeConfig } from "../core/config.js";
import { ConfigError } from "../core/errors.js";
import type { ModelDefinition } from "../core/model.js";

type Settings = Readonly<Record<string, unknown>>;

/** Most configurations to choose among. */
const MOST = 1000;

/**
 * The combinations of the settings that have several values, although the model takes one: `{ components:
 * [2, 3] }` gives `{ components: 2 }` and `{ components: 3 }`. None where no setting has.
 *
 * @throws ConfigError when a setting has no value, or the combinations are too many
 */
export function candidatesOf(definition: ModelDefinition, config: Settings): readonly Settings[] {
  const several = severalIn(definition, config);
  if (several.length === 0) return [];
  const count = several.reduce((product, [, values]) => product * values.length, 1);
  if (count === 0 || count > MOST) {
    throw new ConfigError(
      `${definition.id}: ${several.map(([key]) => key).join(", ")}: ${count} combinations of values are not between 1 and ${MOST}`,
    );
  }
  return several.reduce<Settings[]>(
    (all, [key, values]) =>
      all.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value }))),
    [{}],
  );
}

/** The settings that have several values, although the model takes one. */
function severalIn({ config: schema }: ModelDefinition, config: Settings) {
  const lists = new Set(
    describeConfig(schema)
      .filter(({ type }) => type.startsWith("list of "))
      .map(({ key }) => key),
  );
  return Object.entries(config).filter(
    (entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && !lists.has(entry[0]),
  );
}
