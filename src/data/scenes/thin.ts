/** Offsets of the eight neighbours in rows of `width`, clockwise from the one above. */
const around = (width: number) =>
  [-width, 1 - width, 1, 1 + width, width, width - 1, -1, -1 - width] as const;

const [UP, RIGHT, DOWN, LEFT] = [1, 4, 16, 64];

/**
 * Whether a pixel may be removed, by its neighbours: bit n is the n-th clockwise from the one
 * above. These are the paper's conditions (a) to (d), or (a), (b), (c′) and (d′) in the second half
 * of an iteration.
 */
function removable(isFirst: boolean): Uint8Array {
  const corners = isFirst
    ? [UP | RIGHT | DOWN, RIGHT | DOWN | LEFT]
    : [UP | RIGHT | LEFT, UP | DOWN | LEFT];
  return Uint8Array.from({ length: 256 }, (_, bits) => {
    let count = 0;
    let rises = 0;
    for (let n = 0; n < 8; n++) {
      const here = (bits >> n) & 1;
      count += here;
      rises += (1 - here) & (bits >> ((n + 1) % 8));
    }
    const isEdge = corners.every((corner) => (bits & corner) !== corner);
    return count >= 2 && count <= 6 && rises === 1 && isEdge ? 1 : 0;
  });
}

const HALVES = [removable(true), removable(false)];

/**
 * Thins figures to lines of one pixel that preserve shape and connectivity.
 *
 * @param figure  [height × width] 1 inside, 0 outside, changed in place; its outermost rows and
 *                columns are 0
 * @returns       indices of the line pixels, in order
 * @source Zhang & Suen 1984, "A fast parallel algorithm for thinning digital patterns"
 */
export function thin(figure: Uint8Array, width: number): Int32Array {
  const [n0, n1, n2, n3, n4, n5, n6, n7] = around(width);
  const inside = new Int32Array(figure.length);
  let count = 0;
  for (let at = 0; at < figure.length; at++) if (figure[at] === 1) inside[count++] = at;
  const gone = new Int32Array(count);
  let before: number;
  do {
    before = count;
    for (const mayGo of HALVES) {
      let kept = 0;
      let removed = 0;
      for (let i = 0; i < count; i++) {
        const at = inside[i];
        const bits =
          figure[at + n0] |
          (figure[at + n1] << 1) |
          (figure[at + n2] << 2) |
          (figure[at + n3] << 3) |
          (figure[at + n4] << 4) |
          (figure[at + n5] << 5) |
          (figure[at + n6] << 6) |
          (figure[at + n7] << 7);
        if (mayGo[bits] === 1) gone[removed++] = at;
        else {
          inside[kept++] = at;
        }
      }
      for (let i = 0; i < removed; i++) figure[gone[i]] = 0;
      count = kept;
    }
  } while (count < before);
  return inside.slice(0, count);
}
