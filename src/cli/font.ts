import { fileURLToPath } from "node:url";
import type Sharp from "sharp";
import { loadSharp } from "../data/sharp.js";

/** The font of all text on pictures; see assets/fonts. */
export const FONT = "DejaVu Sans";

const FILE = fileURLToPath(new URL("../../assets/fonts/DejaVuSans.ttf", import.meta.url));

let ready: Promise<typeof Sharp> | undefined;

/**
 * Loads the image library so that it can draw {@link FONT} in an SVG even where no fonts are
 * installed: once it has drawn a font from a file, it remembers the font.
 *
 * @throws UnavailableError when its native part is missing
 */
export function loadSharpWithFont(): Promise<typeof Sharp> {
  ready ??= loadSharp().then(async (sharp) => {
    await sharp({ text: { text: "a", font: FONT, fontfile: FILE } })
      .raw()
      .toBuffer();
    return sharp;
  });
  return ready;
}

/** Text for an SVG. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
