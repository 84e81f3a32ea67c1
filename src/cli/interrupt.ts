import { constants } from "node:os";
import { isTerminal } from "./terminal.js";

/** Ctrl-C, a request to end, or a terminal that was closed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** As shells have it: 130 for Ctrl-C, 143 for a request to end, 129 for a closed terminal. */
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
 * A closed terminal counts as Ctrl-C. Started by nohup or by a service, without a terminal, the command
 * goes on: Node forgets that nohup had the signal ignored.
 *
 * @param onFirst  what to tell the user
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
