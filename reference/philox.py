"""The random streams of src/runtime/random.ts, written again from their description there."""

import math

import numpy as np

MASK = 0xFFFFFFFF


def block(counter, key):
    """Philox4x32-10, Salmon et al. 2011: four words for a counter of four words and a key of two."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def key_of(seed, name):
    """Davies-Meyer chain over the bytes of the name."""
    text = name.encode()
    chain = [seed & MASK, seed >> 32, len(text), 0]
    padded = text + b"\0" * (-len(text) % 8)
    words = [int.from_bytes(padded[at : at + 4], "little") for at in range(0, len(padded), 4)]
    for key in [(0x243F6A88, 0x85A308D3), *zip(words[::2], words[1::2])]:
        chain = [a ^ b for a, b in zip(chain, block(chain, key))]
    return chain[:2]


def words(seed, name, step, sequence, count):
    key = key_of(seed, name)
    blocks = (block((at, step & MASK, step >> 32, sequence), key) for at in range(-(-count // 4)))
    return [word for four in blocks for word in four][:count]


def uniform(seed, name, step, shape):
    drawn = words(seed, name, step, 0, math.prod(shape))
    return np.array([(word >> 8) / 2**24 for word in drawn]).reshape(shape)


def normal(seed, name, step, shape):
    """Box-Muller over pairs of words, rounded to float32 as programs are fed."""
    count = math.prod(shape)
    drawn = np.array(words(seed, name, step, 1, count + count % 2), dtype=np.float64)
    radius = np.sqrt(-2 * np.log((drawn[::2] + 1) / 2**32))
    angle = 2 * np.pi * drawn[1::2] / 2**32
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return pairs.reshape(-1)[:count].astype(np.float32).astype(np.float64).reshape(shape)
