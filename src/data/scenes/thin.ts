/** Offsets of the eight neighbours, clockwise from the one above, in rows of `width`. */
const around = (width: number): readonly number[] => [
  -width,
  1 - width,
  1,
  1 + width,
  width,
  width - 1,
  -1,
  -1 - width,
];

/**
 * Thins figures to lines of one pixel that keep their shape and connections.
 *
 * @param figure  [height × width] 1 inside, 0 outside, changed in place; its outermost rows and columns are 0
 * @source Zhang & Suen 1984, "A fast parallel algorithm for thinning digital patterns"
 */
export function thin(figure: Uint8Array, width: number): void {
  const neighbours = around(width);
  const ring = new Uint8Array(neighbours.length);
  let inside = Array.from(figure.keys()).filter((at) => figure[at] === 1);
  let before: number;
  do {
    before = inside.length;
    for (const isFirst of [true, false]) {
      const kept: number[] = [];
      const gone: number[] = [];
      for (const at of inside) {
        for (let n = 0; n < 8; n++) ring[n] = figure[at + neighbours[n]!]!;
        (isRemovable(ring, isFirst) ? gone : kept).push(at);
      }
      for (const at of gone) figure[at] = 0;
      inside = kept;
    }
  } while (inside.length < before);
}

/** The paper's conditions (a) to (d), or (a), (b), (c′) and (d′) in the second half of an iteration. */
function isRemovable(ring: Uint8Array, isFirst: boolean): boolean {
  let count = 0;
  let rises = 0;
  for (let n = 0; n < 8; n++) {
    count += ring[n]!;
    if (ring[n] === 0 && ring[(n + 1) % 8] === 1) rises++;
  }
  if (count < 2 || count > 6 || rises !== 1) return false;
  const [up, , right, , down, , left] = ring as unknown as number[];
  return isFirst
    ? up! * right! * down! === 0 && right! * down! * left! === 0
    : up! * right! * left! === 0 && up! * down! * left! === 0;
}
