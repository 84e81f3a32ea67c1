import { parseConfig } from "../config.js";
import type { ConfigSchema } from "../config-schema.js";
import type { Settings } from "../driven.js";
import { ConfigError } from "../errors.js";
import type { LoadedModel } from "../loaded-model.js";

/**
 * The settings of a capability, with the defaults of those that are not given.
 *
 * @param schema  undefined for a capability without settings
 * @param what    the capability, as messages name it
 * @throws ConfigError naming the settings that are unknown or out of range
 */
export function settingsFor(
  { definition }: LoadedModel,
  what: string,
  schema: ConfigSchema | undefined,
  given: Settings = {},
): Settings {
  const subject = `the ${what} of ${definition.id}`;
  if (schema !== undefined) return parseConfig(schema, given, subject);
  const [key] = Object.keys(given);
  if (key === undefined) return {};
  throw new ConfigError(`${subject} has no settings; remove "${key}"`);
}
