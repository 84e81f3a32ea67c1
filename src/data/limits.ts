/** Largest unpacked size of a gzipped file in bytes: 1 GiB. */
export const MOST_UNPACKED = 2 ** 30;

/** Largest size of an image file in bytes: 256 MiB. */
export const MOST_IMAGE_BYTES = 2 ** 28;

/**
 * Largest number of pixels of an image file, such as 8192 × 8192; its header is checked before
 * decoding.
 */
export const MOST_PIXELS = 2 ** 26;

/** Formats bytes, such as `1 GiB` or `300 bytes`. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
  ] as const) {
    if (bytes >= size) return `${Math.round((10 * bytes) / size) / 10} ${unit}`;
  }
  return `${bytes} bytes`;
}
