"""Read how long a wish is meant to hold, where the message says so in so many words. Pure; English."""

import re

_LASTING = re.compile(
    r"\b(?:always|forever|from (?:now|today|tonight) on|(?:n?ever) again|in general|every (?:day|night|evening|morning))\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:right now|for now|at the moment|for the moment|for the next (?:hour|half hour|few minutes|\d+ minutes))\b",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"\b(?:tonight|today|this (?:morning|afternoon|evening)|for the (?:rest of the )?(?:day|evening|night))\b(?!['’]s)",
    re.IGNORECASE,
)


def stated_horizon(text: str) -> str | None:
    """Return "now" or "session" where the text bounds its wish ("for now", "tonight"), None where it does not."""
    if _LASTING.search(text):
        return None
    return "now" if _NOW.search(text) else "session" if _SESSION.search(text) else None
