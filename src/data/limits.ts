/** Bytes that a gzipped file may unpack to: 1 GiB. */
export const MOST_UNPACKED = 2 ** 30;

/** Bytes of an image file: 256 MiB. */
export const MOST_IMAGE_BYTES = 2 ** 28;

/** Pixels of an image file, such as 8192 × 8192; its header is checked before it is decoded. */
export const MOST_PIXELS = 2 ** 26;

/** As people write it, such as `1 GiB` or `300 bytes`. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
  ] as const) {
    if (bytes >= size) return `${Math.round((10 * bytes) / size) / 10} ${unit}`;
  }
  return `${bytes} bytes`;
}
