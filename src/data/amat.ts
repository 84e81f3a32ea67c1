import { DataError } from "../core/errors.js";

/** Binary images of a file in Larochelle's `.amat` format. */
export interface AmatImages {
  /** [N, H, W] zeros and ones */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const ZERO = 0x30;
const ONE = 0x31;

/**
 * Parses the bytes of a text file with one image per line, as pixels 0 or 1 separated by spaces.
 *
 * @param file  named in errors
 * @throws DataError with the byte offset when a pixel is another value, lines differ in length, or
 *   the pixels of a line do not form a square
 * @source Larochelle's binarisation of MNIST, used in Larochelle & Murray 2011 (NADE)
 */
export function parseAmat(bytes: Uint8Array, file: string): AmatImages {
  const pixels = new Uint8Array(Math.ceil(bytes.length / 2));
  let count = 0;
  let lineStart = 0;
  let perImage = 0;
  const endLine = (at: number) => {
    const length = count - lineStart;
    if (length === 0) return;
    if (perImage === 0) perImage = length;
    if (length !== perImage) {
      throw new DataError(
        `a line has ${length} pixels, but earlier lines have ${perImage}`,
        file,
        at,
      );
    }
    lineStart = count;
  };
  let afterPixel = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    const isPixel = byte === ZERO || byte === ONE;
    if (isPixel && !afterPixel) pixels[count++] = byte - ZERO;
    else if (byte === NEWLINE) endLine(at);
    else if (isPixel || (byte !== SPACE && byte !== RETURN)) {
      throw new DataError("pixels must be 0 or 1, separated by spaces", file, at);
    }
    afterPixel = isPixel;
  }
  endLine(bytes.length);
  const side = Math.sqrt(perImage);
  if (perImage === 0) throw new DataError("the file has no images", file, 0);
  if (!Number.isInteger(side)) {
    throw new DataError(`${perImage} pixels per line do not form a square image`, file, 0);
  }
  return { pixels: pixels.slice(0, count), height: side, width: side };
}
