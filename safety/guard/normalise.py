"""Undo disguises, so that the guard reads what a person reads.

Spaced letters, leetspeak, look-alike letters, fancy alphabets, emoji, stars for vowels, stretched letters, mixed case, and four
encodings (base64, hex, rot13, reversed). A change is made only where it turns something that is no word into a known word: "mp3",
"4k" and "90s" stay as they are.
"""

import base64
import binascii
import codecs
import itertools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from safety.guard.verdict import MAX_TEXT_CHARS

_LEET = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "!": "i",
    "|": "li", "+": "t", "(": "c", "<": "c", "€": "e", "£": "l", "¢": "c", "¡": "i", "¥": "y", "§": "s",
}  # fmt: skip
_STARS = "*#%•●✱∗_^-"
_VOWELS = "uioae"
# Pairs of a look-alike and the letter it passes for: Cyrillic, Greek, Armenian, phonetic, small capitals, upside down.
_TWINS = (
    "аa вb еe ёe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ьb пn гr иu єe зe лn дd ցg ոn սu օo հh ɡg ɑa ıi łl øo đd ħh ŧt "
    "αa βb γy εe ζz ηn ιi κk νv οo ρp τt υu χx ϲc ωw σo λl πn ϳj ßb ƒf ɐa ǝe ɟf ƃg ɥh ɹr ʇt ʌv ʍw ʎy ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj "
    "ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz"
)
_LOOKALIKES = str.maketrans({pair[0]: pair[1] for pair in _TWINS.split()})
_SYMBOL_LETTERS = {chr(0x1F1E6 + i): chr(97 + i) for i in range(26)}
_SYMBOL_LETTERS |= {chr(base + i): chr(97 + i) for base in (0x1F130, 0x1F150, 0x1F170) for i in range(26)}
_EMOJI = {
    "🔫": "gun", "💣": "bomb", "🔪": "knife", "🗡": "dagger", "🧨": "dynamite", "🪓": "axe", "🩸": "blood", "💉": "syringe",
    "💊": "pills", "🍆": "eggplant penis", "🍑": "peach butt", "💦": "splash", "🔞": "adults only porn", "👙": "bikini", "🖕": "fuck you",
    "☠": "death", "⚰": "coffin", "🪦": "grave", "🍼": "baby", "👶": "baby", "👧": "girl", "👦": "boy",
    "🧒": "child", "🐒": "monkey", "🐵": "monkey", "🐷": "pig", "🐀": "rat", "🪢": "rope knot",
    "🌉": "bridge", "🏫": "school", "☢": "radioactive", "☣": "biohazard", "🧪": "chemical",
    "👅": "tongue", "🥵": "horny", "🏦": "bank", "💳": "credit card", 
}  # fmt: skip
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u180e]|[\U000e0000-\U000e007f]"
)
_MARKS = re.compile(r"[\u0300-\u036f\u0489\u20d0-\u20ff]")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[\s.\-_*·|/,~]{1,3}[^\W_]){2,}(?![^\W_])")
_SHORT = frozenset(["do", "to", "so", "go", "no", "on", "of", "me", "my", "is", "it", "as", "we", "he", "us", "or"])
_UNIT = re.compile(r"^\d+[a-z]{1,3}$")
MIN_LEET_WORDS = 2
_LEET_WORD = re.compile(r"\S*[a-z][0134578@$!|+]+[a-z]\S*")
_TOKEN = re.compile(r"\S+")
_EDGE = "\"'.,;:?!()[]{}…“”‘’"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Two questions about a lower-case string: is it a word, and is it a word that people disguise."""

    is_word: Callable[[str], bool]
    is_risky: Callable[[str], bool]


def views(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return the canonical text first, then what hides in it once decoded; usually one string, at most four."""
    text = text[:MAX_TEXT_CHARS]
    found = [canonical(text, vocabulary)]
    for decoded in itertools.chain(_decoded_parts(text), _rotated(found[0], vocabulary), _read_as_leet(text)):
        candidate = canonical(decoded, vocabulary)
        if candidate and candidate not in found:
            found.append(candidate)
    return found[:4]


def _read_as_leet(text: str) -> list[str]:
    """Return the whole text with every leet sign read as a letter, where two words or more mix letters and signs as leet does.

    Word by word only known words are restored; "8ehe4ding" is none, but beside "vid30s" it is leet all the same.
    """
    text = _plain_characters(text)
    if len(_LEET_WORD.findall(text)) < MIN_LEET_WORDS:
        return []
    return ["".join(_LEET.get(char, char)[:1] for char in text), "".join(_LEET.get(char, char)[-1:] for char in text)]


def canonical(text: str, vocabulary: Vocabulary) -> str:
    """Return `text` in lower case with its disguises undone; text without any comes back with its words unchanged."""
    text = _plain_characters(text)
    text = _SPACED.sub(lambda match: _join_letters(match.group(), vocabulary), text)
    words = (_plain_word(match.group(), vocabulary) for match in _TOKEN.finditer(text))
    return " ".join(word for word in words if word)


def _plain_characters(text: str) -> str:
    text = "".join(_SYMBOL_LETTERS.get(char, char) for char in text)
    text = _MARKS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)))
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(f" {_EMOJI[char]} " if char in _EMOJI else char for char in text)


def _join_letters(spaced: str, vocabulary: Vocabulary) -> str:
    """Join "k i l l" or "k.i.l.l"; wider gaps part words, and a run without gaps is cut into the fewest known words."""
    parted = re.search(r"[^\W_][^\w\s]|_", spaced)  # signs part the letters, so blanks part the words
    groups = re.split(r"\s+" if parted else r"\s{2,}|\s[|/]\s", spaced)
    if len(groups) > 1 and not all(len(group) == 1 for group in groups):
        return " ".join(re.sub(r"[\W_]", "", group) for group in groups)
    joined = re.sub(r"[\W_]", "", spaced)
    if joined.isdigit() or not (vocabulary.is_word(joined) or vocabulary.is_risky(joined) or len(joined) > 3):
        return spaced
    return segment(joined, vocabulary)


def segment(joined: str, vocabulary: Vocabulary, *, max_word: int = 16) -> str:
    """Cut a run of letters into the fewest known words (single letters count double); return it whole where that fails."""
    best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(joined)
    for end in range(1, len(joined) + 1):
        for start in range(max(0, end - max_word), end):
            before, word = best[start], joined[start:end]
            if before is None or not (vocabulary.is_word(word) or word in ("a", "i", "u") or vocabulary.is_risky(word)):
                continue
            cost = before[0] + (2.5 if len(word) == 1 else 1.0 + 0.6 * (len(word) == 2))
            current = best[end]
            if current is None or cost < current[0]:
                best[end] = (cost, [*before[1], word])
    whole = best[-1]
    return joined if whole is None else " ".join(whole[1])


def _plain_word(token: str, vocabulary: Vocabulary) -> str:
    core = token.strip(_EDGE)
    if core.isalpha() and core.isascii():
        return _unstretch(core, vocabulary)
    for candidate in _candidates(token, core, vocabulary):
        return candidate
    return token


def _candidates(token: str, core: str, vocabulary: Vocabulary) -> list[str]:
    """Return readings of a token that is not plain letters, best first; empty when it is best left alone."""
    ascii_core = core.translate(_LOOKALIKES)
    if ascii_core != core and ascii_core.isascii() and (_mixes_scripts(core) or _is_known(ascii_core, vocabulary)):
        core = ascii_core
        if core.isalpha():
            return [_unstretch(core, vocabulary)]
    if not any(char.isalpha() for char in core) and not re.search(r"[@$!|]", core):
        return []
    for source in (token.strip("\"'.,;:?…“”‘’[]{}"), core):
        for spelled in _spellings(source):
            word = _unstretch(spelled, vocabulary)
            risky = vocabulary.is_risky(word)
            if risky or word in _SHORT or (len(word) > 2 and vocabulary.is_word(word) and not _UNIT.match(core)):
                return [word]
    return [core] if core != token.strip(_EDGE) else []


def _spellings(token: str) -> list[str]:
    """Return what a token may spell: separators dropped, leet signs read as letters, a star read as a vowel (at most 24)."""
    if "://" in token or len(token) > 40:
        return []
    bare = re.sub(r"[.\-_*·|/~'’,:]", "", token)
    starts = [bare] if bare.isalpha() and len(bare) > 2 and bare != token else []
    options = [_LEET.get(char, _VOWELS if char in _STARS and place > 0 else char) for place, char in enumerate(token)]
    combos = itertools.islice(itertools.product(*options), 24)
    spelled = ("".join(letters) for letters in combos)
    bare_options = [_LEET.get(char, char) for char in bare]
    bare_spelled = ("".join(letters) for letters in itertools.islice(itertools.product(*bare_options), 8))
    return starts + [word for word in itertools.chain(spelled, bare_spelled) if word.isalpha()]


def _unstretch(word: str, vocabulary: Vocabulary) -> str:
    """Shorten "fuuuck" and "killll" to a known word."""
    if not re.search(r"(.)\1\1", word):
        return word
    double, single = re.sub(r"(.)\1{2,}", r"\1\1", word), re.sub(r"(.)\1{2,}", r"\1", word)
    return double if _is_known(double, vocabulary) and not vocabulary.is_risky(single) else single


def _is_known(word: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.is_word(word) or vocabulary.is_risky(word)


def _mixes_scripts(token: str) -> bool:
    letters = [char for char in token if char.isalpha()]
    return any(char.isascii() for char in letters) and not all(char.isascii() for char in letters)


def _decoded_parts(text: str) -> list[str]:
    """Return the printable texts that hide as base64, hex or percent signs inside `text`."""
    found = []
    for part in re.findall(r"[A-Za-z0-9+/_-]{12,}={0,2}", text):
        padded = part.rstrip("=") + "=" * (-len(part.rstrip("=")) % 4)
        found.append(
            _printable(partial(base64.b64decode, padded, altchars=b"-_" if "-" in padded else None, validate=True))
        )
    for part in re.findall(r"(?:[0-9a-fA-F]{2}[\s:]?){6,}", text):
        found.append(_printable(partial(bytes.fromhex, re.sub(r"[\s:]", "", part))))
    if len(re.findall(r"%[0-9a-fA-F]{2}", text)) > 1:
        found.append(unquote(text))
    return [part for part in found if part]


def _printable(decode: Callable[[], bytes]) -> str:
    try:
        text = decode().decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return text if text.isprintable() and sum(char.isalpha() or char == " " for char in text) >= 0.8 * len(text) else ""


def _rotated(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return rot13 and reversed readings that are made of words where `text` itself is not."""
    share = _share_of_words(text, vocabulary)
    if share > 0.55:
        return []
    turned = [codecs.encode(text, "rot13"), text[::-1], " ".join(word[::-1] for word in text.split())]
    return [other for other in turned if _share_of_words(other, vocabulary) >= max(0.6, share + 0.3)]


def _share_of_words(text: str, vocabulary: Vocabulary) -> float:
    words = [word.strip(_EDGE) for word in text.split()]
    words = [word for word in words if len(word) > 2]
    return sum(_is_known(word, vocabulary) for word in words) / len(words) if words else 1.0
