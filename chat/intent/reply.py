"""Compose the reply to one message: one or two short sentences that say what changed. Pure.

Only what is passed in is said: phrases of the reading, what the merge did, counts and titles of real cards. The same call gives the
same reply; no reply repeats one of `recent_replies` while another wording is left.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.intent import reply_lines as lines
from chat.intent.merge import MergeSummary
from chat.intent.schema import JSON
from chat.intent.shape import chat_manner

MAX_REPLY_CHARS = 280
_MAX_NAMED = 3
_UNPRINTABLE = re.compile(r"[^\w\s.,:;!?'’“”&%+#()/\-]|_")
_LINE_OF_TASK = {"plan": lines.PLAN, "learn": lines.LEARN, "search": lines.SEARCH, "mood": lines.MOOD}


@dataclass(frozen=True)
class WhyFact:
    """Give the cause of the card that the viewer asks about. `source` in steer|similar|search|fresh|popular|explore."""

    title: str
    source: str
    phrase: str | None = None
    said: str | None = None


@dataclass(frozen=True)
class ReplyFacts:
    """Hold what the feed really did. `num_matching` None: unknown, so no count is told. `restored`: an undo found a former version."""

    num_matching: int | None = None
    titles: Sequence[str] = field(default_factory=tuple)
    good_match: bool = True
    why: WhyFact | None = None
    restored: bool = True
    said: str = ""


def compose_reply(
    reading: JSON, merge_summary: MergeSummary, facts: ReplyFacts, recent_replies: Sequence[str] = ()
) -> str:
    """Return the reply, at most MAX_REPLY_CHARS long, without markup."""
    main, slots = _main_lines(reading, merge_summary, facts)
    follow, follow_slots = _follow_lines(reading, merge_summary, facts)
    seed = f"{reading['id']}|{reading['task']}|{len(recent_replies)}"
    recent = {plain(reply) for reply in recent_replies}
    choices = [_filled(line, slots) for line in _turned(main, seed)]
    tails = [_filled(line, follow_slots) for line in _turned(follow, seed)] or [""]
    candidates = [f"{head} {tail}".strip() for tail in tails for head in choices]
    fitting = [reply for reply in candidates if len(reply) <= MAX_REPLY_CHARS] or [
        choice[:MAX_REPLY_CHARS] for choice in choices
    ]
    return next((reply for reply in fitting if _is_fresh(reply, recent)), fitting[0])


def _main_lines(reading: JSON, done: MergeSummary, facts: ReplyFacts) -> tuple[Sequence[str], dict[str, str]]:
    task = reading["task"]
    if task == "blocked" or reading["safety"]["verdict"] == "unsafe":
        in_need = "suicide_self_harm" in reading["safety"]["hazards"]
        return (lines.SUPPORT if in_need else lines.BLOCKED), {}
    if task == "chat":
        return _chat_lines(facts), {}
    if task == "explain":
        return _explain_lines(facts)
    if task == "undo":
        return (lines.UNDO if facts.restored else lines.UNDO_NOTHING), {}
    if task in ("reset", "surprise"):
        return (lines.RESET if task == "reset" else lines.SURPRISE), {}
    if task == "forget":
        return (lines.FORGOT, {"removed": _listed(done.removed)}) if done.removed else (lines.FORGOT_NOTHING, {})
    return _steer_lines(reading, done)


def _steer_lines(reading: JSON, done: MergeSummary) -> tuple[Sequence[str], dict[str, str]]:
    more = [steer["phrase"] for steer in reading["steers"] if steer["direction"] == "more"]
    less = [steer["phrase"] for steer in reading["steers"] if steer["direction"] == "less"]
    slots = {"more": _listed(more), "less": _listed(less), "filters": filters_told(done.filters or reading["filters"])}
    if reading["task"] == "refine" or not (more or less):
        return (lines.REFINE if slots["filters"] else lines.ASK_BACK), slots
    if more and reading["task"] in _LINE_OF_TASK:
        return _LINE_OF_TASK[reading["task"]], slots
    if more and less:
        return lines.ADDED_AND_AVOIDED, slots
    if less:
        hard = all(steer["hard"] for steer in reading["steers"])
        return (lines.AVOIDED_HARD if hard else lines.AVOIDED), slots
    if done.strengthened and not done.added:
        return lines.STRENGTHENED, slots
    return lines.ADDED, slots


def _follow_lines(reading: JSON, done: MergeSummary, facts: ReplyFacts) -> tuple[Sequence[str], dict[str, str]]:
    wants_more = any(steer["direction"] == "more" for steer in reading["steers"])
    if not wants_more or reading["task"] in ("forget", "chat", "blocked"):
        return (), {}
    if not facts.good_match or facts.num_matching == 0:
        return lines.NO_GOOD_MATCH, {}
    titles = [plain(title) for title in facts.titles if plain(title)]
    if not titles or facts.num_matching is None:
        return (), {}
    if facts.num_matching == 1:
        return lines.FOUND_ONE, {"title": titles[0]}
    count = facts.num_matching
    return lines.FOUND, {"title": titles[0], "count": str(count), "more_count": str(count - 1)}


def _explain_lines(facts: ReplyFacts) -> tuple[Sequence[str], dict[str, str]]:
    why = facts.why
    if why is None or not plain(why.title):
        return lines.EXPLAIN_NOTHING, {}
    if why.source == "steer" and why.phrase:
        slots = {"title": plain(why.title), "said": plain(why.said or why.phrase)[:100], "phrase": plain(why.phrase)}
        return lines.EXPLAIN_STEER, slots
    return lines.EXPLAIN_OTHER.get(why.source, lines.EXPLAIN_NOTHING), {"title": plain(why.title)}


def _chat_lines(facts: ReplyFacts) -> Sequence[str]:
    by_manner = {
        "thanks": lines.THANKS,
        "greeting": lines.GREETING,
        "who": lines.WHO,
        "payload": lines.PAYLOAD,
        "noise": lines.NOISE,
        "other_language": lines.OTHER_LANGUAGE,
    }
    return by_manner.get(chat_manner(facts.said) or "", lines.CHAT)


def filters_told(filters: JSON) -> str:
    """Return the stated filters in words, "" for none."""
    told = []
    shortest, longest = filters.get("min_duration_s"), filters.get("max_duration_s")
    if longest is not None:
        told.append(f"clips up to {_duration(longest)}")
    if shortest is not None:
        told.append(f"clips of {_duration(shortest)} or longer")
    if filters.get("pace") is not None:
        told.append("a calmer pace" if filters["pace"] == "calm" else "a livelier pace")
    if filters.get("published_within_days") is not None:
        days = round(filters["published_within_days"])
        told.append("only what's new today" if days <= 1 else f"only the last {days} days")
    cleared = [key for key, value in filters.items() if value is None]
    if cleared and not told:
        told.append("no limit on that any more")
    return " and ".join(told)


def _duration(seconds: float) -> str:
    if seconds >= 120 and seconds % 60 == 0:
        return f"{round(seconds / 60)} minutes"
    return "a minute" if seconds == 60 else f"{round(seconds)} seconds"


def _listed(phrases: Sequence[str]) -> str:
    names = [name for name in dict.fromkeys(plain(phrase) for phrase in phrases) if name]
    if len(names) > _MAX_NAMED:
        names = [*names[:_MAX_NAMED], "the rest"]
    return names[0] if len(names) == 1 else " and ".join([", ".join(names[:-1]), names[-1]]) if names else "that"


def plain(text: str) -> str:
    """Return `text` as one line of words: no markup, no control signs, no emoji."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:120]


def _filled(line: str, slots: dict[str, str]) -> str:
    capitals = {name.capitalize(): value[:1].upper() + value[1:] for name, value in slots.items()}
    return line.format_map({**slots, **capitals})


def _turned(choices: Sequence[str], seed: str) -> list[str]:
    """Return the choices starting at a place that the seed picks."""
    if not choices:
        return []
    start = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "big") % len(choices)
    return [*choices[start:], *choices[:start]]


def _is_fresh(reply: str, recent: set[str]) -> bool:
    return plain(reply) not in recent
