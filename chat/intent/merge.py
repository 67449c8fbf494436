"""Merge what a message said into the viewer's intent document. Pure: a document in, a new document out, nothing changed in place.

Every change that leaves something different adds one to `version`; a call that changes nothing returns the document as it was.
Undo is not here: the service restores an earlier version, byte for byte.
"""

import copy
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chat.intent.dates import plan_end_at
from chat.intent.phrases import covers, names_same, phrase_key, phrase_words
from chat.intent.schema import (
    FILTER_KEYS,
    JSON,
    MAX_DOCUMENT_STEERS,
    MAX_SAID_CHARS,
    check_intent,
    check_reading,
    clamp_unit,
)

DEFAULT_EXPLORE = 0.1
SURPRISE_EXPLORE_STEP = 0.2
MAX_EXPLORE = 0.6
LIFETIMES = {"now": timedelta(hours=1), "session": timedelta(hours=8)}  # lasting: none
_HORIZON_ORDER = ("now", "session", "lasting")
_UNAPPLIED_TASKS = frozenset({"chat", "blocked", "undo", "explain"})
_INSTEAD = re.compile(r"\b(instead|scratch that|i meant|make (?:it|that)|rather than (?:that|those))\b", re.IGNORECASE)


@dataclass
class MergeSummary:
    """Say in phrases what a merge did, for the reply. `unmatched` holds what a forget named but the document did not have."""

    added: list[str] = field(default_factory=list)
    avoided: list[str] = field(default_factory=list)
    strengthened: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    filters: JSON = field(default_factory=dict)
    explore: float | None = None
    reset: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether the merge had nothing to tell."""
        return self == MergeSummary(unmatched=self.unmatched)


@dataclass
class MergeResult:
    """Hold the merged document and which steers are new, changed or gone (by id)."""

    document: JSON
    new_steer_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    removed_ids: list[str] = field(default_factory=list)
    summary: MergeSummary = field(default_factory=MergeSummary)


def empty_document(now: datetime) -> JSON:
    """Return the document of a viewer who has said nothing: version 0."""
    return {
        "schema": "intent/1",
        "version": 0,
        "updated_at": stamp(now),
        "steers": [],
        "filters": {},
        "explore": DEFAULT_EXPLORE,
    }


def apply_reading(
    document: JSON, reading: JSON, *, now: datetime, message_id: int | str | None, said: str
) -> MergeResult:
    """Merge `reading` into `document`.

    Repeated wishes strengthen, opposite ones replace, a wish for now expires, a plan ends after the day it names, forget removes
    what it names, reset clears. An unsafe reading, or one whose guard did not answer, changes nothing.
    """
    check_reading(reading)
    result = MergeResult(copy.deepcopy(document))
    if not _may_apply(reading):
        return result
    _drop_expired(result, now)
    task = reading["task"]
    if task == "reset":
        _clear(result)
    elif task == "forget":
        _forget(result, reading)
    else:
        if _INSTEAD.search(said) and all(steer["direction"] == "more" for steer in reading["steers"]):
            _drop_last_said(result, reading)
        for steer in reading["steers"]:
            _merge_steer(result, steer, now=now, origin=_origin(message_id, said), is_plan=task == "plan")
    _merge_filters(result, reading["filters"])
    if task == "surprise":
        _widen(result)
    return _sealed(result, document, now)


def expire(document: JSON, now: datetime) -> MergeResult:
    """Drop the steers whose time is over."""
    result = MergeResult(copy.deepcopy(document))
    _drop_expired(result, now)
    return _sealed(result, document, now)


def _may_apply(reading: JSON) -> bool:
    held = reading["safety"]["verdict"] == "unsafe" or "safety" in reading["degraded"]
    return not held and reading["task"] not in _UNAPPLIED_TASKS


def _merge_steer(result: MergeResult, wish: JSON, *, now: datetime, origin: JSON, is_plan: bool) -> None:
    expires_at = _expiry(wish, now=now, said=origin["said"] or "", is_plan=is_plan)
    opposite = [steer for steer in result.document["steers"] if _contradicts(wish, steer)]
    result.summary.replaced += [steer["phrase"] for steer in opposite]
    _remove(result, opposite, tell=False)
    same = next((s for s in result.document["steers"] if _same_wish(s, wish)), None)
    if same is not None:
        _strengthen(result, same, wish, expires_at=expires_at, origin=origin)
        return
    steer_id = steer_id_of(result.document, wish, origin)
    result.document["steers"].append(
        {"id": steer_id, **wish, "expires_at": expires_at, "paused": False, "origin": origin},
    )
    result.new_steer_ids.append(steer_id)
    (result.summary.added if wish["direction"] == "more" else result.summary.avoided).append(wish["phrase"])
    _make_room(result)


def _strengthen(result: MergeResult, steer: JSON, wish: JSON, *, expires_at: str | None, origin: JSON) -> None:
    """Let a repeated wish count for more: closer to 1 by the share the new wish states, and never shorter-lived.

    Only a message that names the thing makes it live longer: "what should I see there?" does not outlive the trip.
    """
    steer["strength"] = clamp_unit(steer["strength"] + (1.0 - steer["strength"]) * 0.5 * wish["strength"])
    steer["hard"] = steer["hard"] or wish["hard"]
    steer["paused"] = False
    is_named = bool(
        set(phrase_words(steer["phrase"])) & set(phrase_words(origin["said"] or ""))
    )  # else taken up by a pronoun
    if is_named and _HORIZON_ORDER.index(wish["horizon"]) >= _HORIZON_ORDER.index(steer["horizon"]):
        lasts_longer = expires_at is None or (steer["expires_at"] is not None and expires_at > steer["expires_at"])
        steer["horizon"] = wish["horizon"]
        steer["expires_at"] = expires_at if lasts_longer else steer["expires_at"]
    steer["origin"] = origin
    if steer["id"] not in result.new_steer_ids + result.changed_ids:
        result.changed_ids.append(steer["id"])
        result.summary.strengthened.append(steer["phrase"])


def _same_wish(steer: JSON, wish: JSON) -> bool:
    return steer["direction"] == wish["direction"] and names_same(steer["phrase"], wish["phrase"])


def _contradicts(wish: JSON, steer: JSON) -> bool:
    """Say whether `wish` undoes `steer`: the same thing the other way, or all of it ("never football" ends "football drills")."""
    if wish["direction"] == steer["direction"]:
        return False
    wholly = wish["hard"] and wish["direction"] == "less" and covers(wish["phrase"], steer["phrase"])
    return wholly or names_same(wish["phrase"], steer["phrase"])


def _expiry(wish: JSON, *, now: datetime, said: str, is_plan: bool) -> str | None:
    if is_plan and wish["direction"] == "more":
        return stamp(plan_end_at(said, now=now))
    lifetime = LIFETIMES.get(wish["horizon"])
    return None if lifetime is None else stamp(now + lifetime)


def _forget(result: MergeResult, reading: JSON) -> None:
    for named in reading["steers"]:
        steers = result.document["steers"]
        matching = [steer for steer in steers if covers(named["phrase"], steer["phrase"])]
        matching = matching or [steer for steer in steers if covers(steer["phrase"], named["phrase"])]
        if not matching:
            result.summary.unmatched.append(named["phrase"])
        _remove(result, matching)


def _drop_last_said(result: MergeResult, reading: JSON) -> None:
    """Take back what the latest message asked for: "pottery instead" stands in its place."""
    chatted = [steer for steer in result.document["steers"] if steer["origin"]["via"] == "chat" and not steer["paused"]]
    if not chatted or not reading["steers"]:
        return
    last_id = chatted[-1]["origin"].get("message_id")
    last = [s for s in chatted if s["origin"].get("message_id") == last_id and s["direction"] == "more"]
    kept = [steer for steer in last if any(_same_wish(steer, wish) for wish in reading["steers"])]
    gone = [steer for steer in last if steer not in kept]
    result.summary.replaced += [steer["phrase"] for steer in gone]
    _remove(result, gone, tell=False)


def _clear(result: MergeResult) -> None:
    _remove(result, list(result.document["steers"]))
    result.document["filters"] = {}
    result.document["explore"] = DEFAULT_EXPLORE
    result.summary.reset = True


def _merge_filters(result: MergeResult, stated: JSON) -> None:
    filters = result.document["filters"]
    for key in FILTER_KEYS:
        if key not in stated or filters.get(key) == stated[key]:
            continue
        filters.pop(key, None)
        if stated[key] is not None:
            filters[key] = stated[key]
        result.summary.filters[key] = stated[key]
    shortest, longest = filters.get("min_duration_s"), filters.get("max_duration_s")
    if shortest is not None and longest is not None and shortest > longest:  # the newer of the two stands
        filters.pop("min_duration_s" if stated.get("max_duration_s") is not None else "max_duration_s")


def _widen(result: MergeResult) -> None:
    explore = clamp_unit(min(MAX_EXPLORE, result.document["explore"] + SURPRISE_EXPLORE_STEP))
    result.document["explore"] = explore
    result.summary.explore = explore


def _drop_expired(result: MergeResult, now: datetime) -> None:
    over = [
        steer
        for steer in result.document["steers"]
        if steer["expires_at"] is not None and datetime.fromisoformat(steer["expires_at"]) <= now
    ]
    _remove(result, over, tell=False)


def _make_room(result: MergeResult) -> None:
    """Hold the document to its size: the oldest soft steer goes first, a hard one only when all are hard."""
    steers = result.document["steers"]
    while len(steers) > MAX_DOCUMENT_STEERS:
        oldest = next((steer for steer in steers[:-1] if not steer["hard"]), steers[0])
        _remove(result, [oldest], tell=False)


def _remove(result: MergeResult, gone: list[JSON], *, tell: bool = True) -> None:
    gone_ids = {steer["id"] for steer in gone}
    steers = result.document["steers"]
    steers[:] = [steer for steer in steers if steer["id"] not in gone_ids]
    for steer in gone:
        if steer["id"] in result.new_steer_ids:  # came and went within one message
            result.new_steer_ids.remove(steer["id"])
        else:
            result.removed_ids.append(steer["id"])
        if tell:
            result.summary.removed.append(steer["phrase"])
    result.changed_ids[:] = [steer_id for steer_id in result.changed_ids if steer_id not in gone_ids]


def _sealed(result: MergeResult, before: JSON, now: datetime) -> MergeResult:
    result.document = sealed(result.document, before, now)
    return result


def sealed(document: JSON, before: JSON, now: datetime) -> JSON:
    """Return `document` as the version after `before`, checked against the contract; `before` itself where nothing is different."""
    if document == before:
        return before
    after = {**document, "version": before["version"] + 1, "updated_at": stamp(now)}
    check_intent(after)
    return after


def _origin(message_id: int | str | None, said: str) -> JSON:
    return {"via": "chat", "message_id": message_id, "said": said.strip()[:MAX_SAID_CHARS] or None}


def steer_id_of(document: JSON, wish: JSON, origin: JSON) -> str:
    """Name a steer by what was said, so that the same message merged into the same document twice gives the same id."""
    parts: list[Any] = [document["version"], origin.get("message_id"), wish["direction"], phrase_key(wish["phrase"])]
    digest = hashlib.blake2b(json.dumps(parts, default=str).encode(), digest_size=6).hexdigest()
    taken = {steer["id"] for steer in document["steers"]}
    steer_id = f"st_{digest}"
    while steer_id in taken:
        steer_id += "x"
    return steer_id


def stamp(moment: datetime) -> str:
    """Return a time as the document writes it: ISO 8601 with its offset, whole seconds."""
    return moment.isoformat(timespec="seconds")
