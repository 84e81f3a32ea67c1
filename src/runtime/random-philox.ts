/**
 * The counter-based generator Philox4x32-10: maps a 128-bit counter and a 64-bit key to 128 random bits,
 * keeps no state, and passes the known batteries of statistical tests.
 *
 * @source Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11
 */

/** The constants of the paper. */
export const PHILOX = {
  rounds: 10,
  weyl0: 0x9e3779b9,
  weyl1: 0xbb67ae85,
  multiplier0: 0xd2511f53,
  multiplier1: 0xcd9e8d57,
} as const;

const ROUNDS = PHILOX.rounds;
const WEYL_0 = PHILOX.weyl0 | 0;
const WEYL_1 = PHILOX.weyl1 | 0;
// The multipliers in 16-bit halves: JavaScript has no 32×32→64 product.
const M0 = PHILOX.multiplier0 | 0;
const M0_LOW = 0x1f53;
const M0_HIGH = 0xd251;
const M1 = PHILOX.multiplier1 | 0;
const M1_LOW = 0x8d57;
const M1_HIGH = 0xcd9e;

/** The words of counter and key that consecutive blocks share. All are 32-bit words. */
export interface PhiloxWords {
  readonly key0: number;
  readonly key1: number;
  readonly counter1: number;
  readonly counter2: number;
  readonly counter3: number;
}

/**
 * Writes the output of consecutive blocks, four words each: block b has the counter
 * (b, counter1, counter2, counter3). This plain JavaScript version defines the generator, and runs if
 * WebAssembly has no vectors.
 *
 * @param words       key and upper counter
 * @param firstBlock  first value of the lowest counter word, in [0, 2³²)
 * @param blocks      number of blocks; `firstBlock + blocks` is at most 2³²
 * @param out         at least 4 × blocks words long
 */
export function philoxBlocks(
  words: PhiloxWords,
  firstBlock: number,
  blocks: number,
  out: Uint32Array,
): void {
  const startKey0 = words.key0 | 0;
  const startKey1 = words.key1 | 0;
  const counter1 = words.counter1 | 0;
  const counter2 = words.counter2 | 0;
  const counter3 = words.counter3 | 0;
  for (let block = 0; block < blocks; block++) {
    let c0 = (firstBlock + block) | 0;
    let c1 = counter1;
    let c2 = counter2;
    let c3 = counter3;
    let key0 = startKey0;
    let key1 = startKey1;
    for (let round = 0; round < ROUNDS; round++) {
      const low0 = c0 & 0xffff;
      const high0 = c0 >>> 16;
      const cross0 = (Math.imul(high0, M0_LOW) + (Math.imul(low0, M0_LOW) >>> 16)) | 0;
      const middle0 = (Math.imul(low0, M0_HIGH) + (cross0 & 0xffff)) | 0;
      const upper0 = (Math.imul(high0, M0_HIGH) + (cross0 >>> 16) + (middle0 >>> 16)) | 0;

      const low1 = c2 & 0xffff;
      const high1 = c2 >>> 16;
      const cross1 = (Math.imul(high1, M1_LOW) + (Math.imul(low1, M1_LOW) >>> 16)) | 0;
      const middle1 = (Math.imul(low1, M1_HIGH) + (cross1 & 0xffff)) | 0;
      const upper1 = (Math.imul(high1, M1_HIGH) + (cross1 >>> 16) + (middle1 >>> 16)) | 0;

      const next1 = Math.imul(c2, M1);
      const next3 = Math.imul(c0, M0);
      c0 = upper1 ^ c1 ^ key0;
      c2 = upper0 ^ c3 ^ key1;
      c1 = next1;
      c3 = next3;
      key0 = (key0 + WEYL_0) | 0;
      key1 = (key1 + WEYL_1) | 0;
    }
    const at = block << 2;
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}

/** Seed of {@link hashToKey}'s chain: fractional digits of π, a nothing-up-my-sleeve number. */
const CHAIN_KEY: readonly [number, number] = [0x243f6a88, 0x85a308d3];

/**
 * Key of the stream (seed, name): the first 64 bits of a Davies–Meyer chain over Philox4x32-10.
 *
 * The 128-bit chain value starts as (seed mod 2³², seed div 2³², byte length of the name, 0)
 * enciphered under a constant. Each 8 bytes of the name (UTF-8, zero-padded, little-endian) form a key
 * that enciphers the chain value; the previous value is then xored in. All bits of seed and name affect
 * all bits of the key, so seeds 0, 1, 2… and names `noise1`, `noise2`… give unrelated streams.
 */
export function hashToKey(seed: number, name: string): readonly [number, number] {
  const bytes = new TextEncoder().encode(name);
  const chain = new Uint32Array([seed >>> 0, Math.floor(seed / 2 ** 32), bytes.length, 0]);
  const enciphered = new Uint32Array(4);
  const absorb = (key0: number, key1: number) => {
    philoxBlocks(
      { key0, key1, counter1: chain[1]!, counter2: chain[2]!, counter3: chain[3]! },
      chain[0]!,
      1,
      enciphered,
    );
    for (let i = 0; i < 4; i++) chain[i] = chain[i]! ^ enciphered[i]!;
  };
  absorb(CHAIN_KEY[0], CHAIN_KEY[1]);
  const word = (at: number) =>
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  for (let at = 0; at < bytes.length; at += 8) absorb(word(at), word(at + 4));
  return [chain[0]!, chain[1]!];
}
