import { CommanderError } from "commander";
import { fileProblem } from "../core/atomic-file.js";
import { ConfigError } from "../core/errors.js";
import { FigmentError } from "../tensor/errors.js";
import { Interrupted } from "./interrupt.js";

const DONE = 0;
const FAILED = 1;
const BAD_USAGE = 2;

/** A failed command, as reported to the user. */
export interface Failure {
  readonly exitCode: number;
  /** The class of the error, for `--json`. */
  readonly name: string;
  readonly message: string;
}

/** Wrong use of the command line itself, which no other part of Figment can detect. */
export class UsageError extends FigmentError {
  override readonly name = "UsageError";
}

/** The message and the exit code for an error. */
export function failureOf(thrown: unknown): Failure {
  const error = explained(thrown);
  const { name, message } = error;
  if (error instanceof CommanderError) {
    return {
      exitCode: error.exitCode === 0 ? DONE : BAD_USAGE,
      name: "UsageError",
      message: error.code === "commander.help" ? "" : commanderMessage(message),
    };
  }
  if (error instanceof Interrupted) return { exitCode: error.exitCode, name, message };
  if (error instanceof UsageError || error instanceof ConfigError) {
    return { exitCode: BAD_USAGE, name, message };
  }
  if (error instanceof FigmentError) return { exitCode: FAILED, name, message };
  return {
    exitCode: FAILED,
    name,
    message: `${message}\nThis looks like a bug in Figment; --debug shows where it occurred.`,
  };
}

/** Rewrites a message in the form of our own: `unknown option '--sed'; did you mean "--seed"?` */
function commanderMessage(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\.?\n\(Did you mean (?:one of )?(.+)\?\)$/, (_, names: string) => {
      const quoted = names.split(", ").map((name) => `"${name}"`);
      return `; did you mean ${quoted.join(" or ")}?`;
    });
}

const NATIVE_FAILURES = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"];

/** Explains errors of the system and of module loading. */
function explained(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (thrown instanceof FigmentError || !("code" in thrown)) return thrown;
  if (NATIVE_FAILURES.includes(String(thrown.code))) {
    const [problem] = thrown.message.split("\n");
    return new FigmentError(
      `a module of Figment cannot be loaded: ${problem}\nReinstall it for this machine and this version of Node: npm ci`,
      { cause: thrown },
    );
  }
  const { code, path } = thrown as NodeJS.ErrnoException;
  if (path === undefined) return thrown;
  const problem = fileProblem(thrown, `cannot use ${path}`);
  return problem instanceof Error ? problem : new Error(`${path}: ${code}`);
}
