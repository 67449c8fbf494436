"""Decide whether a text can be a message: by its shape alone, before it is stored and before any model reads it. Pure."""

import json
import re
import unicodedata

MAX_MESSAGE_CHARS = 2_000

EMPTY = "Your message is empty. Tell me what you'd like to watch."
TOO_LONG = f"That's too long for me: at most {MAX_MESSAGE_CHARS:,} characters, please."
BINARY = "That doesn't look like text, so I left it out. Please type what you'd like to watch."
NO_WORDS = "I read words best. What would you like to see more or less of?"
PAYLOAD = (
    "That looks like code or data rather than words, so I left it out. Tell me in plain words what you'd like to watch."
)


class IntakeRefused(ValueError):
    """The text cannot be a message; `str(error)` says why, in words for the viewer."""


_KEPT_CONTROLS = frozenset("\n\t")
_MAX_REPLACEMENT_CHARS = 2  # U+FFFD: one or two come with careless copying, more with bytes that never were text
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they can make a text look like another
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_ENCODED = re.compile(r"(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9+/=_-]{160,}")
_PAYLOADS = (
    re.compile(r"""\{\s*(?:"[^"\n]{0,200}"|'[^'\n]{0,200}')\s*:"""),  # a key of an object, wherever it stands
    re.compile(r"^\s*\[\s*[\[{\"']"),  # a list of strings, lists or objects
    re.compile(r"<[/!?]?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?\s*>"),  # a tag, a doctype
    re.compile(r"<(?:!--|\?xml|script|style|iframe|svg|img|object)\b|<!--|<!\[CDATA\[", re.IGNORECASE),  # unclosed ones
    re.compile(r"<\|[^|\n]{0,40}\|>|\[/?INST\]|<</?SYS>>", re.IGNORECASE),  # a chat template's own marks
    re.compile(r"^\s*(?:#{2,}\s*)?(?:system|assistant|developer)\s*:", re.IGNORECASE | re.MULTILINE),  # a role header
)


def message_checked(text: str) -> str:
    """Return the text as it will be stored: NFC, trimmed, one kind of line end. Raises IntakeRefused with words for the viewer."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _DIRECTION_MARKS.sub("", lines).strip()
    if not cleaned:
        raise IntakeRefused(EMPTY)
    if len(cleaned) > MAX_MESSAGE_CHARS:
        raise IntakeRefused(TOO_LONG)
    if _is_binary(cleaned):
        raise IntakeRefused(BINARY)
    if not any(letter.isalnum() for letter in _KEYCAP.sub("", cleaned)):
        raise IntakeRefused(NO_WORDS)
    if _is_payload(cleaned):
        raise IntakeRefused(PAYLOAD)
    return cleaned


def _is_binary(text: str) -> bool:
    if text.count("\ufffd") > _MAX_REPLACEMENT_CHARS or _ENCODED.search(text):
        return True
    # Cc: controls, NUL among them; Cs: half a surrogate pair, which no database can store as UTF-8.
    return any(unicodedata.category(char) in {"Cc", "Cs"} for char in text if char not in _KEPT_CONTROLS)


def _is_payload(text: str) -> bool:
    if any(pattern.search(text) for pattern in _PAYLOADS):
        return True
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
