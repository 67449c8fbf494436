"""Hash a canonical text's words, word pairs and letter runs into buckets: what the sentence encoder's vocabulary cannot spell."""

import itertools
import zlib

NUM_BUCKETS = 1 << 15
MAX_GRAMS = 600


def bucket_ids(text: str) -> list[int]:
    """Return the buckets (0 <= id < NUM_BUCKETS) of words, pairs of words, and 3- to 5-letter runs inside each word."""
    words = text.split()
    grams = [f"w:{word}" for word in words]
    grams += [f"p:{left} {right}" for left, right in itertools.pairwise(words)]
    for word in words:
        framed = f"<{word}>"
        grams += [framed[at : at + size] for size in (3, 4, 5) for at in range(len(framed) - size + 1)]
    return [zlib.crc32(gram.encode()) % NUM_BUCKETS for gram in grams[:MAX_GRAMS]] or [0]
