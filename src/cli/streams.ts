import { codeOf, fileProblem } from "../core/atomic-file.js";

/** Error codes of a pipe or a terminal whose other end is closed. */
const GONE = ["EPIPE", "EIO", "ENXIO"];

/**
 * Handles failing output streams.
 *
 * Errors of stderr are ignored, because losing progress reports must not lose work. A reader of
 * stdout that stops early, such as `head`, is not a failure; a result that cannot be written is.
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
