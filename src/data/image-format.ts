/** Image formats that Figment reads. */
export const imageFormats = ["PNG", "JPEG", "WebP", "GIF", "TIFF"] as const;
export type ImageFormat = (typeof imageFormats)[number];

const EXTENSIONS = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff"];

/** Whether a file's name is that of an image, whatever its content. */
export const isImageFile = (file: string) =>
  EXTENSIONS.some((extension) => file.toLowerCase().endsWith(extension));

/** Number of leading bytes that identify a format. */
export const MAGIC_BYTES = 16;

/**
 * The format of a file by its first bytes; undefined for those that Figment does not read, such as
 * SVG.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, MAGIC_BYTES));
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (text.startsWith("\xff\xd8\xff")) return "JPEG";
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "WebP";
  if (/^GIF8[79]a/.test(text)) return "GIF";
  // 42 marks TIFF, 43 BigTIFF; II is little-endian, MM big-endian.
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return "TIFF";
  return undefined;
}

/**
 * Whether a file ends before its format's end marker, where the format has one: image libraries
 * accept some such files as complete. For JPEG and TIFF the decoder detects it.
 */
export function isTruncated(bytes: Uint8Array, format: ImageFormat): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case "PNG":
      return endOfPng(view) > bytes.length;
    case "WebP":
      return bytes.length < 8 || 8 + view.getUint32(4, true) > bytes.length;
    case "GIF":
      return endOfGif(bytes) > bytes.length;
    default:
      return false;
  }
}

/** End of the last chunk of a PNG; beyond the file when there is none. */
function endOfPng(view: DataView): number {
  const LAST = 0x49454e44;
  let at = 8;
  while (at + 8 <= view.byteLength) {
    const end = at + 12 + view.getUint32(at);
    if (view.getUint32(at + 4) === LAST) return end;
    at = end;
  }
  return Number.POSITIVE_INFINITY;
}

/** End of the trailer of a GIF; beyond the file when there is none. */
function endOfGif(bytes: Uint8Array): number {
  const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
  const tableLength = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  let at = 13 + tableLength(bytes[10] ?? 0);
  while (at < bytes.length) {
    if (bytes[at] === TRAILER) return at + 1;
    if (bytes[at] === IMAGE) at += 11 + tableLength(bytes[at + 9] ?? 0);
    else if (bytes[at] === EXTENSION) at += 2;
    // The decoder judges anything else.
    else {
      return bytes.length;
    }
    while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at];
    at++;
  }
  return Number.POSITIVE_INFINITY;
}
