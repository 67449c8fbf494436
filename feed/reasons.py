"""Say why a card is there, from what put it there: the lane that brought it, and that lane's own detail."""

from typing import Any, TypedDict

from feed.ranking.compose import Lane, Pick
from feed.ranking.packed import ON_TOPIC
from feed.reading import Viewer


class Reason(TypedDict):
    """The cause of a card.

    `phrase` for steers, and for searches the query. Only for steers: `steer_id`, `said` (the viewer's words), `time_s` (the best
    moment, in seconds) and `is_close` (close to what was asked for, not quite it). Only for what is similar: `video_id`, the one
    that the viewer liked.
    """

    source: str
    text: str
    steer_id: str | None
    phrase: str | None
    said: str | None
    time_s: float | None
    is_close: bool
    video_id: int | None


TEXTS = {
    "fresh": "New here.",
    "popular": "Many people watch this to the end or like it.",
    "explore": "Something different, to learn what you like.",
}
ANCHOR_TEXTS = {"like": "Because you liked “{title}”.", "share": "Because you shared “{title}”."}
WATCHED_TEXT = "Because you watched “{title}”."


def reason_of(pick: Pick, lanes: list[Lane], viewer: Viewer) -> Reason:
    """Return the reason of a pick."""
    lane = lanes[pick.lane]
    detail = lane.detail[pick.index]
    if lane.source == "steer":
        return _steer_reason(viewer.steered[detail], viewer)
    if lane.source == "similar":
        anchor = viewer.anchors[int(detail)]
        text = ANCHOR_TEXTS.get(anchor["kind"], WATCHED_TEXT).format(title=anchor["title"])
        return _reason(source="similar", text=text, video_id=anchor["video_id"])
    if lane.source == "search":
        query = viewer.searches[int(detail)]["query"]
        return _reason(source="search", text=f"Because you searched for “{query}”.", phrase=query)
    return _reason(source=lane.source, text=TEXTS[lane.source])


def _steer_reason(record: Any, viewer: Viewer) -> Reason:
    wish = viewer.wish_at[record["steer"]]
    assert wish is not None, "a lane of a steer that does not hold"
    words = f"you said: “{wish.said}”" if wish.said else f"you asked for “{wish.phrase}”."
    is_close = bool(record["level"] != ON_TOPIC)
    text = f"Close to what you asked for. Because {words}" if is_close else f"Because {words}"
    time_s = round(float(record["time_s"]), 2) if record["time_s"] >= 0 else None
    return _reason(
        source="steer",
        text=text,
        steer_id=wish.id,
        phrase=wish.phrase,
        said=wish.said,
        time_s=time_s,
        is_close=is_close,
    )


def _reason(*, source: str, text: str, **cause: Any) -> Reason:
    empty: Reason = {
        "source": source,
        "text": text,
        "steer_id": None,
        "phrase": None,
        "said": None,
        "time_s": None,
        "is_close": False,
        "video_id": None,
    }
    return {**empty, **cause}  # type: ignore[typeddict-item]
