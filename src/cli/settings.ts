import { z } from "zod";
import { parseAssignments } from "../core/config.js";
import type { ConfigSchema } from "../core/config-schema.js";
import type { Settings } from "../core/driven.js";

/** Parses `--set key=value` of a capability, whose own check names what it does not take. */
export const settingsFrom = (
  schema: ConfigSchema | undefined,
  set: readonly string[] = [],
): Settings => parseAssignments(set, schema ?? z.strictObject({}));
