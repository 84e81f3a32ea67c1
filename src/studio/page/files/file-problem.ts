/** Why dropped files cannot be used. The page says it in the visitor's language. */
export class FileProblem extends Error {
  override readonly name = "FileProblem";

  constructor(
    readonly reason: "noImage" | "tooMany" | "noCanvas" | "nothing",
    /** The file or the limit. */
    readonly subject: string,
  ) {
    super(`${reason}: ${subject}`);
  }
}
