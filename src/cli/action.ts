import type { Command, OptionValues } from "commander";
import { DataError, MissingPixelsError } from "../core/errors.js";
import { usesOfMissing } from "../core/missing-pixels.js";
import { interruptSignal } from "./interrupt.js";
import { createOutput, type Output } from "./output.js";

/** What every command receives. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Adds to the message the models that accept such images. */
async function withAlternatives({ message, use }: MissingPixelsError): Promise<DataError> {
  const { models } = await import("../models/registry.js");
  const able = models.filter((definition) => usesOfMissing(definition).includes(use));
  const doing = { fit: "can be trained on", score: "can score" };
  if (use === "show") return new DataError(message);
  return new DataError(
    `${message}. Models that ${doing[use]} such images: ${able.map(({ id }) => id).join(", ")}`,
  );
}

/**
 * Sets a command's action. Ctrl-C stops it at the next batch or step.
 *
 * @param onInterrupt  message to the user when it is interrupted
 */
export function act<Arguments extends unknown[], Options extends OptionValues>(
  command: Command,
  run: (context: Context, options: Options, ...args: Arguments) => Promise<void>,
  onInterrupt = "stopping; press Ctrl-C again to exit at once",
): void {
  command.action(async (...received: unknown[]) => {
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
    const { openProgress } = await import("./progress.js");
    const output = createOutput(json, openProgress);
    const signal = interruptSignal(() => output.note(onInterrupt));
    const args = received.slice(0, -2) as Arguments;
    try {
      await run({ output, signal }, command.opts<Options>(), ...args);
    } catch (error) {
      throw error instanceof MissingPixelsError ? await withAlternatives(error) : error;
    }
  });
}
