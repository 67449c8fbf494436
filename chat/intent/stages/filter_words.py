"""Read numbers of seconds and days from a message that speaks of length or freshness. Pure; English."""

import re

from chat.intent.schema import Filters

DEFAULT_MAX_S = 30.0  # "shorter please": half of the demo catalogue's longest clips and what viewers call short
DEFAULT_MIN_S = 60.0
DEFAULT_FRESH_DAYS = 14.0

_NUMBER_WORDS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
    "ninety": 90.0, "half a": 0.5, "couple of": 2.0, "a couple of": 2.0, "a few": 3.0, "few": 3.0,
}  # fmt: skip
_NUMBER = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LENGTH = re.compile(rf"\b(\d+(?:\.\d+)?|{_NUMBER})\s*-?\s*(seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|h)\b")
_NO = r"\b(?:nothing|none|not|no|never|don't|without|isn't|aren't)\b(?:\s+\w+){0,3}?\s+"
_ABOVE = r"(?:over|above|beyond|past|longer(?:\s+than)?|more\s+than|exceed\w*)"
_BELOW = r"(?:under|below|shorter(?:\s+than)?|less\s+than|briefer(?:\s+than)?)"
_AT_MOST = re.compile(
    rf"{_NO}{_ABOVE}\b|\b(?:{_BELOW}|at\s+most|up\s+to|within|max(?:imum)?|no\s+more\s+than|tops|cap(?:ped)?)\b|\bor\s+(?:less|under|shorter)\b"
)
_AT_LEAST = re.compile(
    rf"{_NO}{_BELOW}\b|\b(?:{_ABOVE}|at\s+least|minimum|min(?=\s+\d)|no\s+less\s+than|upwards)\b"
    r"|(?<=seconds )min\b|(?<=secs )min\b|\b(?:or|and)\s+(?:more|up|over|longer|above)\b"
)
_NO_WORDS = ("nothing", "none", "not", "no ", "never", "don't", "without", "isn't", "aren't")
_DEGREE = r"(?:too|so|less|not so)\s+"
_SPEED_OBJECT = r"(?:\s+(?:it|them|things|this))?"
_CALMER = re.compile(
    rf"\b(?:slower|calmer|gentler|slow{_SPEED_OBJECT}\s+down|{_DEGREE}(?:hectic|fast|frantic|quick|intense|rushed))\b"
)
_LIVELIER = re.compile(
    rf"\b(?:faster|livelier|quicker|snappier|speed{_SPEED_OBJECT}\s+up|{_DEGREE}(?:slow|sleepy|sluggish|drowsy))\b"
)
_UNIT_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_SPAN_DAYS = re.compile(rf"\b(?:(\d+|{_NUMBER})\s+)?(hour|day|week|month|year)s?\b")
_TODAY = re.compile(r"\b(today|tonight|this morning|just now|last night)\b")
_YESTERDAY = re.compile(r"\byesterday\b")
_YEAR = re.compile(r"\b20[2-9]\d\b")


def length_s(text: str) -> float | None:
    """Return the length named in the text in seconds, the last one where there are more; None where none is named."""
    found = _LENGTH.findall(text.casefold())
    if not found:
        return None
    number, unit = found[-1]
    value = _NUMBER_WORDS[number] if number in _NUMBER_WORDS else float(number)
    return min(value * _UNIT_S[unit[0]], 86_400.0)


def length_side(text: str) -> str | None:
    """Return max or min where the text bounds a length in so many words ("nothing over 20 seconds"), else None."""
    folded = text.casefold()
    if not _LENGTH.search(folded):
        return None
    most, least = list(_AT_MOST.finditer(folded)), list(_AT_LEAST.finditer(folded))
    if not most and not least:
        return None
    denied = {
        index for found in (*most, *least) if found.group(0).startswith(_NO_WORDS) for index in range(*found.span())
    }
    most = [found for found in most if found.group(0).startswith(_NO_WORDS) or found.start() not in denied]
    least = [found for found in least if found.group(0).startswith(_NO_WORDS) or found.start() not in denied]
    return "max" if most and (not least or most[-1].start() > least[-1].start()) else "min"


def pace_side(text: str) -> str | None:
    """Return calm or lively where the text says in so many words which way the pace should go ("too hectic", "faster"), else None."""
    folded = text.casefold()
    calmer, livelier = bool(_CALMER.search(folded)), bool(_LIVELIER.search(folded))
    return None if calmer == livelier else "calm" if calmer else "lively"


def freshness_days(text: str) -> float | None:
    """Return how many days back the text allows; None where it names none."""
    folded = text.casefold()
    if _TODAY.search(folded):
        return 1.0
    if _YESTERDAY.search(folded):
        return 2.0
    found = _SPAN_DAYS.search(folded)
    if found:
        number = found.group(1)
        count = 1.0 if number is None else _NUMBER_WORDS[number] if number in _NUMBER_WORDS else float(number)
        return round(min(max(count * _UNIT_DAYS[found.group(2)], 1.0), 3650.0), 2)
    return 365.0 if _YEAR.search(folded) else None


def stated_filters(text: str, *, length: str, pace: str, freshness: str) -> Filters:
    """Return the filters that the heads' classes name ("none" leaves one alone, "any" clears it), with the text's own numbers."""
    filters = Filters()
    length = length_side(text) or length
    if pace in ("calm", "lively"):
        pace = pace_side(text) or pace
    if length == "max":
        filters.max_duration_s = length_s(text) or DEFAULT_MAX_S
        filters.stated.add("max_duration_s")
    elif length == "min":
        filters.min_duration_s = length_s(text) or DEFAULT_MIN_S
        filters.stated.add("min_duration_s")
    elif length == "any":
        filters.stated |= {"min_duration_s", "max_duration_s"}
    if pace != "none":
        filters.pace = None if pace == "any" else pace
        filters.stated.add("pace")
    if freshness != "none":
        filters.published_within_days = None if freshness == "any" else freshness_days(text) or DEFAULT_FRESH_DAYS
        filters.stated.add("published_within_days")
    return filters
