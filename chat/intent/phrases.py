"""Compare phrases by what they name: case, articles and a plural's ending do not count. Pure."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ARTICLES = ("a", "an", "the", "some", "any", "of", "my", "your", "our", "this", "that", "these", "those", "all")
_FEED_WORDS = ("more", "less", "video", "videos", "clip", "clips", "stuff", "content", "things")
_EMPTY_WORDS = frozenset((*_ARTICLES, *_FEED_WORDS))
_KEPT_ENDINGS = ("ss", "us", "is", "news")


def _singular(word: str) -> str:
    if len(word) <= 3 or word.endswith(_KEPT_ENDINGS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def phrase_words(phrase: str) -> tuple[str, ...]:
    """Return the words that name the thing: lower case, singular, without articles and without 'videos'.

    A phrase of nothing but such words keeps them ("that" -> ("that",)).
    """
    folded = unicodedata.normalize("NFKC", phrase).casefold().replace("’", "'")
    words = [word.removesuffix("'s") for word in _WORD.findall(folded)]
    kept = [_singular(word) for word in words if word not in _EMPTY_WORDS]
    return tuple(kept or words or [folded.strip()])


def phrase_key(phrase: str) -> str:
    """Return the key under which two phrases are the same thing."""
    return " ".join(phrase_words(phrase))


def names_same(first: str, second: str) -> bool:
    """Say whether two phrases name the same thing, word order aside."""
    return set(phrase_words(first)) == set(phrase_words(second))


def covers(general: str, special: str) -> bool:
    """Say whether `general` names all of `special` ("football" covers "football highlights"), the same thing included."""
    return set(phrase_words(general)) <= set(phrase_words(special))
