import { constants } from "node:os";

/** Ctrl-C, or a request to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** As shells have it: 130 for Ctrl-C, 143 for a request to end. */
  readonly exitCode: number;

  constructor(readonly signal: NodeJS.Signals) {
    super("interrupted");
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** npm and npx hand on a Ctrl-C that the terminal has sent to the whole group already. */
const ECHO_MILLISECONDS = 300;

/**
 * A signal that is aborted by the first Ctrl-C, so that work can end in good order. The second
 * ends the process at once.
 *
 * @param onFirst  what to tell the user
 */
export function interruptSignal(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      const interrupted = new Interrupted(signal);
      if (controller.signal.aborted) {
        if (performance.now() - first > ECHO_MILLISECONDS) process.exit(interrupted.exitCode);
        return;
      }
      first = performance.now();
      onFirst();
      controller.abort(interrupted);
    });
  }
  return controller.signal;
}
