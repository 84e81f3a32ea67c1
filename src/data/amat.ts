import { DataError } from "../core/errors.js";

/** Binary images as Larochelle's `.amat` files hold them. */
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
 * The images in the bytes of a text file with one image a line, its pixels 0 or 1 between spaces.
 *
 * @param file  named in errors
 * @throws DataError with the byte offset when a pixel is something else, lines differ in length, or
 *                   the pixels of a line do not make a square
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
    if (length !== perImage)
      throw new DataError(
        `a line has ${length} pixels; the lines before it have ${perImage}`,
        file,
        at,
      );
    lineStart = count;
  };
  let afterPixel = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const isPixel = byte === ZERO || byte === ONE;
    if (isPixel && !afterPixel) pixels[count++] = byte - ZERO;
    else if (byte === NEWLINE) endLine(at);
    else if (isPixel || (byte !== SPACE && byte !== RETURN))
      throw new DataError("pixels are 0 or 1, with spaces between them", file, at);
    afterPixel = isPixel;
  }
  endLine(bytes.length);
  const side = Math.sqrt(perImage);
  if (perImage === 0) throw new DataError("there is no image in this file", file, 0);
  if (!Number.isInteger(side))
    throw new DataError(`${perImage} pixels a line do not make a square image`, file, 0);
  return { pixels: pixels.slice(0, count), height: side, width: side };
}
