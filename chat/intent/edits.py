"""Change the intent document by the viewer's own hand. Pure: a document in, a new document out, nothing changed in place.

An edit that leaves something different adds one to `version`; one that changes nothing returns the document as it was.
"""

import copy
from datetime import datetime, timedelta
from typing import Any

from chat.intent.merge import sealed, stamp, steer_id_of
from chat.intent.phrases import names_same
from chat.intent.schema import JSON, MAX_DOCUMENT_STEERS, MAX_SAID_CHARS

TYPED = {"kind": "topic", "direction": "more", "strength": 0.7, "hard": False, "paused": False}
MAX_LIFETIME = timedelta(days=366)
OVER = "That time is over already. Choose a later one."
TOO_FAR = "A wish can last a year at most, or for good."
LENGTHS_CROSS = "The shortest length is above the longest: no clip can be both."
FULL = f"{MAX_DOCUMENT_STEERS} wishes are all that fit. Remove one first."
SAME_WISH = "“{phrase}” is among your wishes already."


class EditRefused(ValueError):
    """The edit cannot be made; `str(error)` says why, in words for the viewer."""


def apply_remove(document: JSON, steer_id: str, *, now: datetime) -> JSON:
    """Remove one steer; an unknown id changes nothing."""
    kept = [steer for steer in document["steers"] if steer["id"] != steer_id]
    return sealed({**document, "steers": copy.deepcopy(kept)}, document, now)


def apply_pause(document: JSON, steer_id: str, paused: bool, *, now: datetime) -> JSON:
    """Pause or wake one steer; an unknown id or the same state changes nothing."""
    return _with_steer(document, steer_id, now, lambda steer: {**steer, "paused": paused})


def apply_change(document: JSON, steer_id: str, changes: dict[str, Any], *, now: datetime) -> JSON:
    """Change what `changes` names of one steer: phrase, direction, strength, hard, expires_at (aware; None: for good).

    What is newly named gets a new id: what the feed found for the former phrase is not shown for this one. Its own words are then
    what was typed. An unknown id changes nothing. Raises EditRefused.
    """
    if "expires_at" in changes:
        changes = changes | _lifetime(changes["expires_at"], now)
    if "phrase" in changes:
        _check_distinct(document, steer_id, changes["phrase"])
    return _with_steer(document, steer_id, now, lambda steer: _changed(document, steer, changes))


def apply_add(document: JSON, wish: dict[str, Any], *, now: datetime) -> JSON:
    """Add a wish that was not said: `wish` holds its phrase, and what else of a steer is to differ from TYPED. Raises EditRefused."""
    _check_distinct(document, "", wish["phrase"])
    if len(document["steers"]) >= MAX_DOCUMENT_STEERS:
        raise EditRefused(FULL)
    origin = {"via": "edit", "message_id": None, "said": None}
    steer = {**TYPED, **wish, **_lifetime(wish.get("expires_at"), now), "origin": origin}
    steer["id"] = steer_id_of(document, steer, origin)
    return sealed({**document, "steers": [*copy.deepcopy(document["steers"]), steer]}, document, now)


def apply_filters(document: JSON, changes: dict[str, Any], *, now: datetime) -> JSON:
    """Set the filters that `changes` names; None takes one away. Raises EditRefused."""
    both = {**document["filters"], **changes}
    filters = {key: value for key, value in both.items() if value is not None}
    if filters.get("min_duration_s", 0) > filters.get("max_duration_s", float("inf")):
        raise EditRefused(LENGTHS_CROSS)
    return sealed({**copy.deepcopy(document), "filters": filters}, document, now)


def _with_steer(document: JSON, steer_id: str, now: datetime, change: Any) -> JSON:
    steers = [change(steer) if steer["id"] == steer_id else steer for steer in copy.deepcopy(document["steers"])]
    return sealed({**document, "steers": steers}, document, now)


def _changed(document: JSON, steer: JSON, changes: dict[str, Any]) -> JSON:
    changed = {**steer, **changes}
    if changed["phrase"] != steer["phrase"]:
        changed["origin"] = {**steer["origin"], "via": "edit", "said": changed["phrase"][:MAX_SAID_CHARS]}
    if any(changed[key] != steer[key] for key in ("phrase", "direction")):
        changed["id"] = steer_id_of(document, changed, changed["origin"])
    return changed


def _lifetime(expires_at: datetime | None, now: datetime) -> dict[str, Any]:
    if expires_at is None:
        return {"expires_at": None, "horizon": "lasting"}
    if expires_at <= now:
        raise EditRefused(OVER)
    if expires_at > now + MAX_LIFETIME:
        raise EditRefused(TOO_FAR)
    return {"expires_at": stamp(expires_at.astimezone(now.tzinfo)), "horizon": "session"}


def _check_distinct(document: JSON, steer_id: str, phrase: str) -> None:
    others = [steer["phrase"] for steer in document["steers"] if steer["id"] != steer_id]
    same = next((other for other in others if names_same(other, phrase)), None)
    if same is not None:
        raise EditRefused(SAME_WISH.format(phrase=same))
