import { constants } from "node:os";
import { isTerminal } from "./terminal.js";

/** Ctrl-C, a termination request or a closed terminal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** As in shells: 130 for Ctrl-C, 143 for a termination request, 129 for a closed terminal. */
  readonly exitCode: number;

  constructor(readonly signal: NodeJS.Signals) {
    super("interrupted");
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** npm and npx forward a Ctrl-C that the terminal has already sent to the whole group. */
const ECHO_MILLISECONDS = 300;

/**
 * Returns a signal that the first Ctrl-C aborts, so that work can end cleanly. The second Ctrl-C
 * exits at once.
 *
 * A closed terminal counts as Ctrl-C. A command without a terminal, started by nohup or a service,
 * continues: Node forgets that nohup had the signal ignored.
 *
 * @param onFirst  called at the first Ctrl-C, to tell the user
 */
export function interruptSignal(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  function interrupt(signal: NodeJS.Signals): void {
    const interrupted = new Interrupted(signal);
    if (controller.signal.aborted) {
      if (performance.now() - first > ECHO_MILLISECONDS) process.exit(interrupted.exitCode);
      return;
    }
    first = performance.now();
    onFirst();
    controller.abort(interrupted);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  const { stdin, stdout, stderr } = process;
  const onTerminal = stdin.isTTY || isTerminal(stdout) || isTerminal(stderr);
  process.on("SIGHUP", onTerminal ? interrupt : () => {});
  return controller.signal;
}
