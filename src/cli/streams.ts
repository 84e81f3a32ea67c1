import { codeOf, fileProblem } from "../core/atomic-file.js";

/** A pipe or a terminal whose other end is closed. */
const GONE = ["EPIPE", "EIO", "ENXIO"];

/**
 * Decides what becomes of a command when its streams fail.
 *
 * Progress is worth no work: errors of stderr are ignored. A reader of stdout that has seen enough,
 * such as `head`, is no failure; a result that cannot be written is.
 */
export function watchStreams(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error) => {
    if (GONE.includes(codeOf(error) ?? "")) process.exit();
    const { message } = fileProblem(error, "cannot write to standard output") as Error;
    process.stderr.write(`error: ${message}\n`);
    process.exit(1);
  });
}
