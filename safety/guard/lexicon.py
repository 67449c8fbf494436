"""Know a dictionary of unsafe words by their hashes alone: the list is in the weights, not readable in the repository."""

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

MAX_WORDS = 4
NUM_FEATURES = 3
_MAX_CJK = 8


def word_hash(term: str) -> int:
    """Return the 63-bit hash that stands for a term (lower case, words parted by one space)."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8, person=b"tiller-lexicon").digest(), "big") >> 1


class Lexicon:
    """A set of hashed terms; asks which of them occur in a canonical text."""

    def __init__(self, hashes: npt.NDArray[np.int64]) -> None:
        self.hashes = hashes
        self._known = frozenset(int(value) for value in hashes)

    @classmethod
    def from_terms(cls, terms: Iterable[str]) -> "Lexicon":
        """Hash `terms`, sorted so that the stored order says nothing."""
        return cls(
            np.array(sorted({word_hash(term.strip().lower()) for term in terms if term.strip()}), dtype=np.int64)
        )

    def __contains__(self, term: str) -> bool:
        """Tell whether the lexicon holds a term or the singular of it."""
        return word_hash(term) in self._known or (
            term[-1:] == "s" and len(term) > 4 and word_hash(term[:-1]) in self._known
        )

    def hits(self, text: str) -> list[str]:
        """Return the terms of the lexicon in a canonical text: runs of 1 to 4 words; in CJK, runs of 2 to 8 signs."""
        words = [word.strip("\"'.,;:!?()[]{}…“”‘’") for word in text.split()]
        runs = (
            " ".join(words[at : at + size]) for size in range(1, MAX_WORDS + 1) for at in range(len(words) - size + 1)
        )
        found = [run for run in runs if run in self]
        signs = "".join(char for char in text if "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3")[:400]
        pieces = (signs[at : at + size] for size in range(2, _MAX_CJK + 1) for at in range(len(signs) - size + 1))
        return found + [piece for piece in pieces if piece in self]

    def features(self, text: str) -> list[float]:
        """Return [share of words that hit, any hit, any hit of several words], each in [0, 1]."""
        hits = self.hits(text)
        num_words = max(1, len(text.split()))
        return [min(1.0, len(hits) / num_words), float(bool(hits)), float(any(" " in hit for hit in hits))]
