"""Let an instruct LLM word the reply, and say only what is grounded; everything else falls back to the composed reply. Pure.

The model gets the facts that `compose_reply` gets. A clip's title is other people's text, so it never enters the prompt (decision 6): the
model writes "{title}" and we fill it in. What it wrote is said only if each quoted part, number and name in it is among the facts.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chat.intent.llm import LLMFailed, Model
from chat.intent.llm.stages import ask, version_of
from chat.intent.merge import MergeSummary
from chat.intent.phrases import phrase_words
from chat.intent.reply import MAX_REPLY_CHARS, ReplyFacts, compose_reply, filters_told, plain
from chat.intent.schema import JSON
from chat.intent.shape import clean_text, refused_shape

COMPOSED_VERSION = "compose/1"
_SLOT = "{title}"
_MAX_SENTENCES = 2
_QUOTED = re.compile(r'"([^"]*)"|(?<!\w)\'([^\']+)\'(?!\w)')
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_ALLOWED_SIGNS = re.compile(r"[\w\s.,:;!?'\"&%+()/-]*")
_LINK = re.compile(r"://|\bwww\.|\w\.[a-z]{2,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NUMBER = re.compile(r"\d+")
_NUMBER_WORDS = {
    "two": "2",
    "couple": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "dozen": "12",
    "twenty": "20",
    "thirty": "30",
    "fifty": "50",
    "hundred": "100",
    "thousand": "1000",
}
_NUMBER_WORDS |= {f"{word}s": "many" for word in ("dozen", "hundred", "thousand")}  # never a fact
_OUR_NAMES = frozenset(("i", "i'm", "i'll", "i've", "i'd", "tiller", "ok", "okay"))
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ground:
    """Hold what a reply may name: quotable texts and words (folded), and numbers."""

    quotable: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]


class LLMReply:
    """Word replies with one model."""

    def __init__(self, model: Model, *, timeout_s: float) -> None:
        self.model_version = version_of("reply", model)
        self._model = model
        self._timeout_s = timeout_s

    def reply(
        self, reading: JSON, done: MergeSummary, facts: ReplyFacts, recent_replies: Sequence[str] = ()
    ) -> tuple[str, str]:
        """Return (text, version): the model's words where they are grounded and new, else the composed reply and its version.

        What the guard did not find safe, and what is refused by its shape, is answered by composed words alone.
        """
        may_ask = reading["safety"]["verdict"] == "safe" and refused_shape(facts.said) is None
        text = self._said(reading, done, facts) if may_ask else None
        if text is None or plain(text) in {plain(reply) for reply in recent_replies}:
            return compose_reply(reading, done, facts, recent_replies), COMPOSED_VERSION
        return text, self.model_version

    def _said(self, reading: JSON, done: MergeSummary, facts: ReplyFacts) -> str | None:
        title = _title(reading, facts)
        try:
            said = ask(self._model, "reply", _data(reading, done, facts, title), timeout_s=self._timeout_s)
        except LLMFailed as failure:
            logger.warning("reply of %s: %s", self.model_version, failure)
            return None
        text = clean_text(said["reply"])
        if _SLOT in text:
            text = text.replace(f'"{_SLOT}"', _SLOT).replace(_SLOT, f'"{title}"') if title else text
        reason = ungrounded(text, ground_of(reading, done, facts))
        if reason is not None:
            logger.warning("reply of %s not said: %s", self.model_version, reason)
            return None
        return text


def ground_of(reading: JSON, done: MergeSummary, facts: ReplyFacts) -> Ground:
    """Return what a reply to `reading` may name."""
    changed = asdict(done)
    phrases = [phrase for value in changed.values() if isinstance(value, list) for phrase in value]
    phrases += [steer["phrase"] for steer in reading["steers"]]
    filters = filters_told(done.filters or reading["filters"])
    own = [*phrases, facts.said, filters]
    titles = [plain(title) for title in facts.titles]
    if facts.why is not None:
        titles.append(plain(facts.why.title))
        own += [facts.why.phrase or "", facts.why.said or ""]
    numbers = set(_NUMBER.findall(" ".join(own)))
    if facts.num_matching is not None:
        numbers |= {str(facts.num_matching), str(max(0, facts.num_matching - 1))}
    words = {word.casefold() for text in [*own, *titles] for word in _WORD.findall(clean_text(text))}
    quotable = {clean_text(text).casefold() for text in [*own, *titles]}
    return Ground(frozenset(quotable - {""}), frozenset(words), frozenset(numbers))


def ungrounded(text: str, ground: Ground) -> str | None:
    """Say why `text` (as clean_text gives it) may not be said, None where it may."""
    if not text or len(text) > MAX_REPLY_CHARS:
        return "length"
    if not _ALLOWED_SIGNS.fullmatch(text) or _LINK.search(_QUOTED.sub("it", text)):
        return "signs or a link"
    if any((double or single).casefold() not in ground.quotable for double, single in _QUOTED.findall(text)):
        return "a quoted text that is no fact"
    bare = _QUOTED.sub("it", text)
    if '"' in bare or not text.rstrip('"').endswith((".", "!", "?")):
        return "no whole sentence"
    if len(_SENTENCE_END.findall(bare)) > _MAX_SENTENCES:
        return "more than two sentences"
    if any(number not in ground.numbers for number in _NUMBER.findall(bare)):
        return "a number that is no fact"
    return _unknown_name(bare, ground)


def _unknown_name(bare: str, ground: Ground) -> str | None:
    for sentence in re.split(r"(?<=[.!?:])\s+", bare):
        for place, word in enumerate(_WORD.findall(sentence)):
            folded = word.casefold()
            if folded in ground.words:
                continue
            if _NUMBER_WORDS.get(folded) not in {None, *ground.numbers}:
                return "a number that is no fact"
            if place > 0 and word[0].isupper() and folded not in _OUR_NAMES:
                return "a name that is no fact"
    return None


def _title(reading: JSON, facts: ReplyFacts) -> str:
    """Return the one title that the reply may name, "" for none: the card that is asked about, or the first that matches."""
    if reading["task"] == "explain":
        return plain(facts.why.title) if facts.why else ""
    if not facts.good_match or not facts.num_matching:
        return ""
    return next((clean_text(plain(title)) for title in facts.titles if phrase_words(plain(title))), "")


def _data(reading: JSON, done: MergeSummary, facts: ReplyFacts, title: str) -> JSON:
    changed = {key: value for key, value in asdict(done).items() if value and key != "filters"}
    told = filters_told(done.filters or reading["filters"])
    if told:
        changed["filters"] = told
    why = None
    if facts.why is not None:
        why = {"cause": facts.why.source, "phrase": facts.why.phrase, "said": facts.why.said}
    return {
        "said": clean_text(facts.said),
        "task": reading["task"],
        "changed": changed,
        "num_matching": facts.num_matching,
        "title": _SLOT if title else None,
        "good_match": facts.good_match,
        "restored": facts.restored,
        "why": why,
    }
