import { FigmentError } from "../tensor/errors.js";

/** Figment does not accept an option, a configuration key or a command-line value. */
export class ConfigError extends FigmentError {
  override readonly name = "ConfigError";
}

/** A data set, image or array is missing, malformed or of the wrong kind or size. */
export class DataError extends FigmentError {
  override readonly name = "DataError";

  /**
   * @param problem  what is wrong, what Figment expects and what to do
   * @param file     the file being read, if any
   * @param offset   the byte at which reading stopped, if known
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

/** The use that images with missing pixels were meant for. */
export type MissingPixelsUse = "fit" | "score" | "show";

/** Images have missing pixels where none are allowed. */
export class MissingPixelsError extends DataError {
  /**
   * @param use the use they were meant for, so that the caller can suggest models that allow them
   */
  constructor(
    problem: string,
    file: string | undefined,
    readonly use: MissingPixelsUse,
  ) {
    super(problem, file);
  }
}

/** Figment cannot read, write or trust a run directory, checkpoint or state file. */
export class RunError extends FigmentError {
  override readonly name = "RunError";
}

/** Training cannot go on, for example because a loss is not finite. */
export class TrainingError extends FigmentError {
  override readonly name = "TrainingError";
}

/** A capability, device or native module is not available. */
export class UnavailableError extends FigmentError {
  override readonly name = "UnavailableError";
}
