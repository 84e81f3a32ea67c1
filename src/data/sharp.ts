import type Sharp from "sharp";
import { UnavailableError } from "../core/errors.js";

/**
 * Loads the image library when the first picture is read or written: it is native and slow to load,
 * and most commands do not need it.
 *
 * @throws UnavailableError when its native part is missing
 */
export async function loadSharp(): Promise<typeof Sharp> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : `${error}`).split("\n", 1)[0];
    throw new UnavailableError(
      `cannot load the image library sharp (${reason}). ` +
        "Install it for this platform: npm install --include=optional sharp",
    );
  }
}
