import { ConfigError } from "../../core/errors.js";
import { type SessionSpec, sessionSpec } from "../engine/spec.js";

/** Checks what a session is to do. @throws ConfigError naming what is wrong */
export function checkedSpec(asked: unknown): SessionSpec {
  const parsed = sessionSpec.safeParse(asked);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError([...issue.path, issue.message].join(" "));
}
