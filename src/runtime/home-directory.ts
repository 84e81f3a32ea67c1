import { homedir } from "node:os";

/** The user's home directory; undefined for a user of whom neither HOME nor the system knows one. */
export function homeDirectory(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
