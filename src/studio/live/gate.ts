import type { Command } from "../engine/spec.js";

/** Decides when a training may do its next step. */
export interface Gate {
  readonly running: boolean;
  /** Obeys `play`, `pause`, `step` and `pace`. */
  command(command: Command): void;
  /** Ends the current wait, so that whoever waits looks again. */
  wake(): void;
  /** Whether the next step may begin now; if so, it counts as begun. */
  admits(): boolean;
  /** Waits until `admits` may have another answer. */
  wait(): Promise<void>;
  /** Lets everything pass from now on, so that a training can end. */
  open(): void;
}

export function gate(paused: boolean): Gate {
  let running = !paused;
  let single = 0;
  let millisecondsPerStep = 0;
  let nextAt = 0;
  let ended = false;
  let wake = () => {};
  return {
    get running() {
      return running;
    },
    command(command) {
      if (command.do === "play") running = true;
      if (command.do === "pause") running = false;
      if (command.do === "step") {
        running = false;
        single++;
      }
      if (command.do === "pace") {
        millisecondsPerStep = command.stepsPerSecond === null ? 0 : 1000 / command.stepsPerSecond;
        nextAt = 0;
      }
      wake();
    },
    wake: () => wake(),
    admits() {
      if (ended) return true;
      if (!running) {
        if (single === 0) return false;
        single--;
        return true;
      }
      const now = performance.now();
      if (now < nextAt) return false;
      nextAt = Math.max(nextAt + millisecondsPerStep, now);
      return true;
    },
    wait() {
      const { promise, resolve } = deferred();
      const rest = running ? nextAt - performance.now() : undefined;
      const timer = rest === undefined ? undefined : setTimeout(resolve, Math.max(0, rest));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      return promise;
    },
    open() {
      ended = true;
      wake();
    },
  };
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
