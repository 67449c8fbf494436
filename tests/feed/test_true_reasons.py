"""A card's reason names what put it there: take the cause away, and the card leaves its place.

Cards of viewers who talk, like, filter or do all of it, over the demo catalogue. Removed is what the reason names: the steer
(or steers) by the chat's own service, a liked neighbour by seeing it without liking it, what others engaged with, newness, or the draw.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from chat.services.intents import filters_change, intent_apply, steer_remove
from feed import features
from feed.models import Engagement, VideoStats, ViewerState, ViewerVector
from feed.ranking.table import FeatureTable
from feed.reasons import Reason
from feed.search import search_videos
from feed.selectors import viewer_read
from feed.services.engagements import engagements_record, viewer_state_rebuild
from feed.services.pools import pool_refresh
from feed.services.search_sessions import search_click_record, search_forget, search_session_record
from feed.services.searched import searched_refresh
from feed.services.viewers import viewer_refresh
from feed.slates import rank
from tests.feed.simulated import drawn_event, drawn_filters, drawn_steer
from vision.models import Video
from webapp.accounts.models import User
from workers import dispatch

pytestmark = pytest.mark.django_db
TOP = 50
KINDS = (
    "cold",
    "searches",
    "searches and likes",
    "talks",
    "likes",
    "talks and likes",
    "filters and likes",
    "all of it",
)
VIEWERS_A_KIND = 6
MIN_MOVED, MIN_MOVED_A_SOURCE, MIN_BACK = 0.95, 0.9, 0.9
SEARCHES = ("ocean", "rain", "paris", "football", "space", "snow", "night", "basketball", "dogs", "tennis")
FAR_SEED = 999_983


@pytest.fixture(autouse=True)
def _jobs_are_run_by_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.features.MAX_AGE_S", 3600.0)
    for job in ("viewer_vector", "intent_announce", "searches_refresh"):
        monkeypatch.setattr(dispatch, job, lambda **_: True)


@dataclass(frozen=True)
class Shown:
    """One card with its place and its reason."""

    video_id: int
    place: int
    reason: Reason


def shown_to(viewer_id: int, *, table: FeatureTable | None = None) -> list[Shown]:
    table, now = table or features.current(), timezone.now()
    viewer = viewer_read(viewer_id=viewer_id, version_id=table.model_version_id, now=now)
    ranking = rank(viewer=viewer, table=table, count=TOP, needed=TOP, exclude=[], now=now)
    cards = zip(ranking.video_ids, ranking.reasons, strict=True)
    return [Shown(video_id, place, reason) for place, (video_id, reason) in enumerate(cards)]


@contextmanager
def for_a_moment() -> Iterator[None]:
    """Take back whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cause_of(card: Shown) -> tuple[Any, ...]:
    reason = card.reason
    if reason["source"] == "steer":
        return ("steer", reason["steer_id"])
    if reason["source"] == "similar":
        return ("similar", reason["video_id"])
    if reason["source"] == "search":
        return ("search", reason["phrase"])
    return ("explore",) if reason["source"] == "explore" else (reason["source"], card.video_id)


def without(viewer_id: int, cause: tuple[Any, ...]) -> list[Shown]:
    """Return what the viewer would see, had the cause not been."""
    source = cause[0]
    with for_a_moment():
        if source == "steer":
            steer_remove(viewer_id=viewer_id, steer_id=cause[1])
            pool_refresh(viewer_id=viewer_id)
        elif source == "similar":
            unliked(viewer_id, cause[1])
        elif source == "search":
            search_forget(viewer_id=viewer_id, query=cause[1])
            searched_refresh(viewer_id=viewer_id)
        elif source == "explore":
            ViewerState.objects.update_or_create(viewer_id=viewer_id, defaults={"num_events": FAR_SEED})
        return shown_to(viewer_id, table=table_without(source, cause[-1]))


def unliked(viewer_id: int, video_id: int) -> None:
    """Let the viewer have seen the clip without a sign of liking it; the draw of what is explored stays the same."""
    num_events = ViewerState.objects.get(viewer_id=viewer_id).num_events
    Engagement.objects.filter(viewer_id=viewer_id, video_id=video_id).update(kind="impression", value=None)
    viewer_state_rebuild(viewer_id=viewer_id)
    ViewerState.objects.filter(viewer_id=viewer_id).update(num_events=num_events)
    ViewerVector.objects.filter(viewer_id=viewer_id).delete()  # it would not yield to one that knows less
    viewer_refresh(viewer_id=viewer_id)


def table_without(source: str, video_id: Any) -> FeatureTable:
    """Return the feature table, for popular without what others did with the clip, for fresh with the clip as the oldest of all."""
    table = features.current()
    if source not in ("popular", "fresh"):
        return table
    row = int(np.searchsorted(table.video_id, video_id))
    name, value = ("popularity", 0.0) if source == "popular" else ("published_s", 0.0)
    column = getattr(table, name).copy()
    column[row] = value
    return replace(table, **{name: column})


def viewer_of(kind: str, seed: int, catalogue: list[Video]) -> int:
    """Make a viewer of this kind, who has said and done things."""
    draw = random.Random(f"{kind}{seed}")
    viewer_id = User.objects.create_user(f"{kind} {seed}").pk
    if "talks" in kind or "all" in kind:
        steers = [
            drawn_steer(draw)
            | {"id": f"s{n}", "expires_at": None, "paused": False}
            | {"origin": {"via": "chat", "message_id": n // 2, "said": f"words {n}"}}
            for n in range(draw.randint(1, 5))
        ]
        distinct = list({steer["phrase"]: steer for steer in steers}.values())
        intent_apply(
            viewer_id=viewer_id, cause="chat", change=lambda document: {**document, "steers": distinct, "version": 1}
        )
    if "filters" in kind or "all" in kind:
        filters_change(viewer_id=viewer_id, changes=drawn_filters(draw))
    pool_refresh(viewer_id=viewer_id)
    if "likes" in kind or "all" in kind:
        engagements_record(
            viewer_id=viewer_id, events=[drawn_event(draw, catalogue) for _ in range(draw.randint(2, 30))]
        )
        viewer_refresh(viewer_id=viewer_id)
    if "searches" in kind or "all" in kind:
        searched_and_opened(viewer_id, draw)
    return viewer_id


def searched_and_opened(viewer_id: int, draw: random.Random) -> None:
    """Search for three things by their words and open the first clip that each found."""
    for query in draw.sample(SEARCHES, 3):
        shown = search_videos(query).shown
        session_id = search_session_record(viewer_id=viewer_id, query=query, video_ids=shown)
        assert session_id is not None and shown
        search_click_record(viewer_id=viewer_id, session_id=session_id, video_id=shown[0])
    searched_refresh(viewer_id=viewer_id)


@dataclass
class Tally:
    """How many cards of a source there were, how many moved, and how many left the slate or fell back: without their cause, and
    without another cause of the same source (the control: what any change of the world moves)."""

    cards: int = 0
    moved: int = 0
    back: int = 0
    control: int = 0
    control_back: int = 0

    def __str__(self) -> str:
        """Return the shares as a line of the table."""
        line = f"{self.cards:5} cards, moved {self.moved / self.cards:.3f}, back or gone {self.back / self.cards:.3f}"
        other = f"; without another cause: back or gone {self.control_back / self.control:.3f}" if self.control else ""
        return line + other


def is_back(card: Shown, after: dict[int, int]) -> bool:
    return after.get(card.video_id, TOP) > card.place


def tally_of(viewer_id: int, tallies: dict[str, Tally]) -> None:
    """Count one viewer's cards."""
    cards = shown_to(viewer_id)
    causes = list(dict.fromkeys(map(cause_of, cards)))
    afters = {cause: {card.video_id: card.place for card in without(viewer_id, cause)} for cause in causes}
    for card in cards:
        own = cause_of(card)
        tally = tallies[own[0]]
        tally.cards += 1
        tally.moved += afters[own].get(card.video_id) != card.place
        tally.back += is_back(card, afters[own])
        others = [cause for cause in causes if cause[0] == own[0] and cause != own]
        tally.control += len(others)
        tally.control_back += sum(is_back(card, afters[other]) for other in others)


def test_removing_what_the_reason_names_moves_the_card(catalogue: list[Video], capsys: Any) -> None:
    draw = random.Random(3)
    VideoStats.objects.bulk_create(VideoStats(video=v, popularity=draw.random()) for v in draw.sample(catalogue, 120))
    tallies: dict[str, Tally] = defaultdict(Tally)

    for kind in KINDS:
        for seed in range(VIEWERS_A_KIND):
            tally_of(viewer_of(kind, seed, catalogue), tallies)

    with capsys.disabled():
        print("", *(f"{source:8} {tally}" for source, tally in sorted(tallies.items())), sep="\n")
    num_cards = sum(tally.cards for tally in tallies.values())
    assert num_cards >= 1_000
    assert sum(tally.moved for tally in tallies.values()) >= MIN_MOVED * num_cards
    assert sum(tally.back for tally in tallies.values()) >= MIN_BACK * num_cards
    for source, tally in tallies.items():
        assert tally.cards >= (40 if source == "search" else 100) and tally.moved >= MIN_MOVED_A_SOURCE * tally.cards, (
            source
        )
