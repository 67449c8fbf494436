"""Judge a message by its shape before any model reads it: payload, noise, another language. Pure.

Payloads (JSON, markup, role headers, code) and noise never reach a model: a first trial's model found "phrases" in them.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

MAX_MESSAGE_CHARS = 2000
_THANKS = re.compile(
    r"^(ok(ay)?|oh|aw+|perfect|great|cool|nice|wow|yay|lovely|awesome)?[\s,!.]*"
    r"(many thanks|thanks?|thank (you|u)|thx|ty|tysm|cheers|ta)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(hi+|hey+|hello+|yo|hiya|howdy|good (morning|evening|afternoon|day)|sup|what'?s up|greetings)\b[\w\s,!.']{0,25}[!.?]*$",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(who|what) are you\b|\bare you (a )?(bot|human|real|robot|an? ai|a person)\b|\bwhat can you do\b"
    r"|\bwhat(?:'s| is) your name\b|\bhow does this work\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z']+")
_VOWELS = set("aeiouy")


def chat_manner(text: str) -> str | None:
    """Return payload | noise | other_language | thanks | greeting | who, or None for ordinary words."""
    by_shape = refused_shape(text)
    if by_shape is not None:
        return by_shape
    stripped = text.strip()
    for manner, pattern in (("thanks", _THANKS), ("greeting", _GREETING), ("who", _WHO)):
        if pattern.search(stripped):
            return manner
    return None


def refused_shape(text: str) -> str | None:
    """Return payload | noise | other_language where no model shall read `text`, else None.

    Tuned to refuse nothing that reads as an English sentence; orders to the system count as a payload.
    """
    words_text = clean_text(text)
    if not any(char.isalpha() for char in words_text):
        return "noise"
    if any(sign.search(text) for sign in _signs("payload")) or any(sign.search(words_text) for sign in _signs("order")):
        return "payload"
    letters = [char for char in words_text if char.isalpha()]
    if sum(not _is_latin(char) for char in letters) > 0.3 * len(letters):
        return "other_language"
    if _is_noise(words_text):
        return "noise"
    return "other_language" if _reads_foreign(words_text) else None


def clean_text(text: str) -> str:
    """Return `text` as models read it: NFKC, no control or invisible signs, single spaces, at most MAX_MESSAGE_CHARS."""
    folded = unicodedata.normalize("NFKC", str(text)[: 4 * MAX_MESSAGE_CHARS])
    kept = "".join(
        " " if char.isspace() else char for char in folded if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(kept.translate(_QUOTES).split())[:MAX_MESSAGE_CHARS]


_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})


def _is_latin(char: str) -> bool:
    return "LATIN" in unicodedata.name(char, "")


def _is_noise(text: str) -> bool:
    """Say whether nothing in `text` looks like a word: keyboard rows, lone letters, strings of consonants."""
    words = _WORD.findall(text.casefold())
    if not words:
        return False
    known = english_words()
    odd = [word for word in words if word not in known and _looks_mashed(word)]
    letters = sum(map(len, words))
    signs = sum(not (char.isalnum() or char.isspace() or char in "'.,!?-") for char in text)
    return sum(map(len, odd)) > 0.6 * letters or (letters < signs and letters < 8)


def _looks_mashed(word: str) -> bool:
    if len(word) == 1:
        return word not in "aiuk"
    vowels = sum(char in _VOWELS for char in word)
    longest_run = max((len(run) for run in re.findall(r"[bcdfghjklmnpqrstvwxz]+", word)), default=0)
    repeats = len(set(word)) <= max(1, len(word) // 4)
    return (len(word) >= 4 and vowels == 0) or longest_run >= 5 or (repeats and len(word) >= 4)


def _reads_foreign(text: str) -> bool:
    """Say whether common words of another language outweigh English ones."""
    words = [word for word in _WORD.findall(_without_accents(text.casefold())) if len(word) > 1]
    foreign = [word for word in words if word in _foreign_words() and word not in english_words()]
    num_english = sum(word in english_words() for word in words)
    enough = len(set(foreign)) >= 2 or len(foreign) == len(words)
    return enough and len(foreign) > num_english and len(foreign) >= 0.25 * len(words)


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@lru_cache(maxsize=2)
def _signs(name: str) -> tuple[re.Pattern[str], ...]:
    lines = (Path(__file__).parent / "data" / f"{name}_signs.txt").read_text("utf-8").splitlines()
    return tuple(re.compile(line, re.IGNORECASE | re.MULTILINE) for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return the small words and the vocabulary by which English is told from other languages."""
    return frozenset((Path(__file__).parent / "data" / "english_words.txt").read_text("utf-8").split())


@lru_cache(maxsize=1)
def _foreign_words() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "foreign_words.txt").read_text("utf-8")
    return frozenset(
        _without_accents(word)
        for line in text.splitlines()
        if not line.startswith("#")
        for word in line.casefold().split()
    )
