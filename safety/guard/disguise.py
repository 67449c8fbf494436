"""Disguise a text the way people do, to train and test the guard: one function a trick, all seeded through `rng`."""

import base64
import codecs
import random
from collections.abc import Callable

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "l": "1"}
_TWINS = {
    "a": "аα",
    "c": "с",
    "e": "е",
    "i": "і",
    "o": "оο",
    "p": "р",
    "s": "ѕ",
    "x": "х",
    "y": "у",
    "k": "к",
    "h": "һ",
    "n": "ո",
}
_DECOR = ["😂", "🔥", "😈", "✨", "🙏", "👀", "💯", "🤣"]


def leet(text: str, rng: random.Random) -> str:
    """Write some letters as digits and signs."""
    share = rng.choice((0.3, 0.6, 1.0))
    return "".join(rng.choice(_LEET[c]) if c in _LEET and rng.random() < share else c for c in text.lower())


def spaced(text: str, rng: random.Random) -> str:
    """Part the letters of every word; wider gaps part the words."""
    gap = rng.choice((" ", ".", "-", "_", "*"))
    words = text.split()
    return rng.choice(("  ", "   ", " ") if gap != " " else ("   ", "  ")).join(gap.join(word) for word in words)


def lookalikes(text: str, rng: random.Random) -> str:
    """Swap letters for their twins in other alphabets."""
    return "".join(rng.choice(_TWINS[c]) if c in _TWINS and rng.random() < 0.6 else c for c in text.lower())


def fancy(text: str, rng: random.Random) -> str:
    """Write in a mathematical or full-width alphabet."""
    base = rng.choice((0x1D41A, 0x1D44E, 0x1D4EA, 0x1D586, 0x1D5BA, 0x1D68A, 0xFF41))
    return "".join(
        chr(base + ord(c) - 97) if "a" <= c <= "z" and chr(base + ord(c) - 97).isprintable() else c
        for c in text.lower()
    )


def mixed_case(text: str, rng: random.Random) -> str:
    """Flip the case of letters at random."""
    return "".join(c.upper() if rng.random() < 0.5 else c.lower() for c in text)


def stretched(text: str, rng: random.Random) -> str:
    """Repeat a vowel of some words."""
    out = []
    for word in text.split():
        places = [i for i, c in enumerate(word) if c in "aeiou"]
        if places and len(word) > 3 and rng.random() < 0.5:
            at = rng.choice(places)
            word = word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]
        out.append(word)
    return " ".join(out)


def invisible(text: str, rng: random.Random) -> str:
    """Put zero-width characters between letters."""
    return rng.choice(("\u200b", "\u200c", "\u00ad", "\u2060")).join(text)


def starred(text: str, rng: random.Random) -> str:
    """Write a vowel of some words as a star."""
    out = []
    for word in text.split():
        places = [i for i, c in enumerate(word) if c in "aeiou" and i]
        if places and len(word) > 3 and rng.random() < 0.5:
            at = rng.choice(places)
            word = word[:at] + "*" + word[at + 1 :]
        out.append(word)
    return " ".join(out)


def misspelled(text: str, rng: random.Random) -> str:
    """Swap, drop or double letters of longer words; now and then close a gap."""
    out = []
    for word in text.split():
        if len(word) > 3 and rng.random() < 0.35:
            at = rng.randrange(1, len(word) - 1)
            word = rng.choice(
                (
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                    word[:at] + word[at + 1 :],
                    word[:at] + word[at] + word[at:],
                )
            )
        out.append(word)
    text = " ".join(out)
    if len(out) > 2 and rng.random() < 0.3:
        at = rng.randrange(len(out) - 1)
        text = " ".join(out[: at + 1]) + " ".join(out[at + 1 :])
    return text


def slipped(text: str, rng: random.Random) -> str:
    """Make the one slip that a hurried writer makes: in a longer word a letter lost or swapped or a digit for it, or a gap closed."""
    words = text.split()
    places = [at for at, word in enumerate(words) if len(word) > 3]
    if not places:
        return text
    at = rng.choice(places)
    if len(words) > 1 and rng.random() < 0.25:
        at = min(at, len(words) - 2)
        return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])
    word, place = words[at], rng.randrange(1, len(words[at]) - 1)
    rest, digit = word[place + 1 :], _LEET.get(word[place], word[place])[0]
    ways = (word[:place] + rest, word[:place] + rest[:1] + word[place] + rest[1:], word[:place] + digit + rest)
    return " ".join([*words[:at], rng.choice(ways), *words[at + 1 :]])


def scrambled(text: str, rng: random.Random) -> str:
    """Shuffle the inner letters of some words and flip cases, as best-of-n attacks do."""
    out = []
    for word in text.split():
        if len(word) > 4 and rng.random() < 0.5:
            inner = list(word[1:-1])
            rng.shuffle(inner)
            word = word[0] + "".join(inner) + word[-1]
        out.append(word)
    return mixed_case(" ".join(out), rng)


def decorated(text: str, rng: random.Random) -> str:
    """Put emoji between words."""
    return " ".join(word + (" " + rng.choice(_DECOR) if rng.random() < 0.4 else "") for word in text.split())


def encoded(text: str, rng: random.Random) -> str:
    """Hide the whole text as base64, hex, rot13 or backwards."""
    way = rng.randrange(4)
    if way == 0:
        return base64.b64encode(text.encode()).decode()
    if way == 1:
        return text.encode().hex()
    return codecs.encode(text, "rot13") if way == 2 else text[::-1]


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "leet": leet,
    "spaced": spaced,
    "lookalikes": lookalikes,
    "fancy": fancy,
    "mixed_case": mixed_case,
    "stretched": stretched,
    "invisible": invisible,
    "starred": starred,
    "misspelled": misspelled,
    "slipped": slipped,
    "scrambled": scrambled,
    "decorated": decorated,
    "encoded": encoded,
}
# What normalisation undoes exactly needs no training examples; these leave traces, so the model sees them.
LOSSY = ("leet", "spaced", "stretched", "starred", "misspelled", "scrambled", "decorated", *["slipped"] * 4)
