import type Sharp from "sharp";
import { UnavailableError } from "../core/errors.js";

/**
 * The image library, loaded when the first picture is read or written: it is native and takes a
 * while, and most commands do without.
 *
 * @throws UnavailableError when its native part is missing
 */
export async function loadSharp(): Promise<typeof Sharp> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : `${error}`).split("\n", 1)[0];
    throw new UnavailableError(
      `the image library sharp could not be loaded (${reason}). ` +
        "Install it for this platform: npm install --include=optional sharp",
    );
  }
}
