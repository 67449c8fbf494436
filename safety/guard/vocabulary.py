"""Tell the normaliser which strings are words: the sentence encoder's own vocabulary and the lexicon."""

from typing import Any

from safety.guard.lexicon import Lexicon
from safety.guard.normalise import Vocabulary


def vocabulary_of(tokenizer: Any, lexicon: Lexicon) -> Vocabulary:
    """Return a vocabulary where words are whole-word tokens of plain letters, and risky words are the lexicon's."""
    words = frozenset(
        token for token in tokenizer.get_vocab() if token.isascii() and token.isalpha() and len(token) > 1
    )
    return Vocabulary(is_word=words.__contains__, is_risky=lexicon.__contains__)
