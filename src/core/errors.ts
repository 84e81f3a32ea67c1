import { FigmentError } from "../tensor/errors.js";

/** An option, configuration key or command-line value that Figment does not accept. */
export class ConfigError extends FigmentError {
  override readonly name = "ConfigError";
}

/** A dataset, image or array that is missing, malformed or of the wrong kind or size. */
export class DataError extends FigmentError {
  override readonly name = "DataError";

  /**
   * @param problem  what is wrong, what was expected and what to do
   * @param file     the file that was being read, where there is one
   * @param offset   the byte at which reading stopped, where it is known
   */
  constructor(
    problem: string,
    readonly file?: string,
    readonly offset?: number,
  ) {
    const place =
      file === undefined ? "" : `${file}${offset === undefined ? "" : ` at byte ${offset}`}: `;
    super(place + problem);
  }
}

/** What images with missing pixels were meant for. */
export type MissingPixelsUse = "fit" | "score" | "show";

/** Images with missing pixels, where they cannot be taken. */
export class MissingPixelsError extends DataError {
  /** @param use  what they were meant for, so that other models can be named that take them */
  constructor(
    problem: string,
    file: string | undefined,
    readonly use: MissingPixelsUse,
  ) {
    super(problem, file);
  }
}

/** A run directory, checkpoint or state file that cannot be read, written or trusted. */
export class RunError extends FigmentError {
  override readonly name = "RunError";
}

/** Training that cannot go on, such as a loss that is no longer finite. */
export class TrainingError extends FigmentError {
  override readonly name = "TrainingError";
}

/** A capability, device or native part that is not available. */
export class UnavailableError extends FigmentError {
  override readonly name = "UnavailableError";
}
