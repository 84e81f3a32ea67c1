/**
 * Grey value of a colour by Rec. 601, L = 0.299 R + 0.587 G + 0.114 B, with Pillow's rounding.
 *
 * @param red, green, blue  bytes
 * @returns                 a byte
 * @source ITU-R BT.601; Pillow, `Image.convert("L")`
 */
export const luma = (red: number, green: number, blue: number): number =>
  (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
