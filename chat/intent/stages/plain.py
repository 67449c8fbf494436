"""Read the plainest wishes by their words: "more dogs", "no music please", "and lighthouses too". Pure; English.

Small models guess where nothing is left to guess: of 131 tags of the demo catalogue they lost the thing in 25 % of "more X", 22 % of
"no X" and 15 % of "show me X", and read 61 % of "X too" as less. Anything that is not wholly of such a form is left to them.
"""

import re
from dataclasses import dataclass

_MORE = r"some more|a lot more|lots more|more|show me"
_NEVER = r"no more|no|never(?: show me)?|stop showing me"
_LESS = r"less|fewer"
_LEAD = r"(?:(?:and|but|also|plus|ok|okay|please|so|now|then|oh|well|hmm|um|hey|maybe|or|just)[,!]?\s+)*"
_TRAIL = (
    r"(?:[,\s]+(?:please|pls|plz|thanks|again|then|maybe|either|even|though|videos?|clips?|at all|ever|ever again|from now on))*"
    r"[\s.!]*"
)
_ALSO = r"(?:too|as well|also)"
_THING = r"(?P<thing>[^\W\d_][\w'’-]*(?:\s+[\w'’-]+){0,3}?)"
_COMMAND = re.compile(
    rf"^{_LEAD}(?:(?P<more>{_MORE})|(?P<never>{_NEVER})|(?P<less>{_LESS})){_LEAD}\s+(?:the\s+|any\s+|some\s+)?{_THING}{_TRAIL}$",
    re.IGNORECASE,
)
_TOO = re.compile(rf"^{_LEAD}{_THING}\s+{_ALSO}{_TRAIL}$", re.IGNORECASE)
_BARE = re.compile(rf"^{_LEAD}{_THING}{_TRAIL}$", re.IGNORECASE)
_NO_THING_WORDS = """
a an the and or but nor than that this those these them they it its one ones i you me we us he she my your our i'm i'd i'll i've it's that's
you're they're don't can't won't what's is are was am be so if not no more less like love want same such other another something anything
everything nothing what why how who where when which all both some any enough much many lot thanks thank please ok okay yes yeah nope idea
problem problems worries way clue doubt need wonder kidding luck offense offence biggie rush pressure hurry matter time chance comment thing
things stuff feed card cards calm lively hectic slow slower fast faster quick quicker gentle busy intense energetic relaxed short shorter
long longer new newer fresh fresher old older recent random variety different surprise surprises info details fun interesting boring good
bad great nice better best fine sorry hello hi seconds second minutes minute hours hour days day week today tonight
"""
_NO_THINGS = frozenset(_NO_THING_WORDS.split())
_INNER = frozenset(("of", "in", "on", "at", "with", "from", "for", "by", "the", "a"))  # "rain on windows"


@dataclass(frozen=True)
class PlainWish:
    """What a plain message asks for. `direction` is "more" or "less"; None means that it goes on as the turns before ("dogs too").

    `bare`: the message is the thing and nothing else.
    """

    thing: str
    direction: str | None
    hard: bool = False
    bare: bool = False


def plain_wish(text: str) -> PlainWish | None:
    """Return the wish of a message of a plain form, None for any other."""
    text = " ".join(text.split())
    too = _TOO.match(text)
    found = too or _COMMAND.match(text)
    if found is None or not _is_thing(found["thing"]):
        return None
    if too:
        return PlainWish(found["thing"], None)
    return PlainWish(found["thing"], "more" if found["more"] else "less", hard=bool(found["never"]))


def is_bare(text: str, phrase: str) -> bool:
    """Say whether a message is nothing but that phrase ("butterflies", "and koi ponds"): it says no direction of its own."""
    found = _BARE.match(" ".join(text.split()))
    return found is not None and found["thing"].casefold() == phrase.casefold()


def _is_thing(words: str) -> bool:
    first, *inner = words.casefold().replace("’", "'").split()
    last = inner.pop() if inner else first
    return not ({first, last} & (_NO_THINGS | _INNER)) and not (set(inner) - _INNER) & _NO_THINGS
