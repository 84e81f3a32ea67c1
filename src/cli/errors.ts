import { CommanderError } from "commander";
import { fileProblem } from "../core/atomic-file.js";
import { ConfigError } from "../core/errors.js";
import { FigmentError } from "../tensor/errors.js";
import { Interrupted } from "./interrupt.js";

const DONE = 0;
const FAILED = 1;
const BAD_USAGE = 2;

/** What ended a command before its time, as the user is told. */
export interface Failure {
  readonly exitCode: number;
  /** The class of the error, for machines. */
  readonly name: string;
  readonly message: string;
}

/** Bad usage of the command line itself, which no other part of Figment can see. */
export class UsageError extends FigmentError {
  override readonly name = "UsageError";
}

/** Says what is wrong in one message, and what the program exits with. */
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
    message: `${message}\nThis looks like a fault in Figment; --debug shows where it happened.`,
  };
}

/** In the form of our own messages: `unknown option '--sed'; did you mean "--seed"?` */
function commanderMessage(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\.?\n\(Did you mean (?:one of )?(.+)\?\)$/, (_, names: string) => {
      const quoted = names.split(", ").map((name) => `"${name}"`);
      return `; did you mean ${quoted.join(" or ")}?`;
    });
}

const NATIVE_FAILURES = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"];

/** Errors of the system and of module loading, in words. */
function explained(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (thrown instanceof FigmentError || !("code" in thrown)) return thrown;
  if (NATIVE_FAILURES.includes(String(thrown.code))) {
    const [problem] = thrown.message.split("\n");
    return new FigmentError(
      `a part of Figment cannot be loaded: ${problem}\nInstall it anew for this machine and this Node: npm ci`,
      { cause: thrown },
    );
  }
  const { code, path } = thrown as NodeJS.ErrnoException;
  if (path === undefined) return thrown;
  const problem = fileProblem(thrown, `cannot use ${path}`);
  return problem instanceof Error ? problem : new Error(`${path}: ${code}`);
}
