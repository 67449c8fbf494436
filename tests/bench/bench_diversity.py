"""What the slider for variety does: unlikeness, tags and what is lost, over viewers with tastes and the demo catalogue's titles.

`python -m tests.bench diversity`. Each viewer likes six clips of what they care for; half have asked for it in words too. Intra-list
distance is 1 less the mean cosine of all pairs of a slate's ten cards; appeal is what the simulated viewer finds in them, in [0, 1].
"""

import uuid
from typing import Any

import numpy as np

from tests.bench.own_database import own_database

NUM_VIEWERS = 40
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
COUNT = 10


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database():
        _measure()


def _measure() -> None:
    from feed import features
    from feed.simulation.personas import draw_personas
    from tests.feed.catalogue import SPORT, demo_clips, put
    from workers.simulation.catalogue import world_read
    from workers.simulation.people import people_create

    put([*demo_clips(), *SPORT])
    features.MAX_AGE_S = 3600.0
    world = world_read()
    personas = draw_personas(world, num=NUM_VIEWERS, num_rounds=1, seed=3)
    ids = people_create(num=NUM_VIEWERS)
    for number, (persona, viewer_id) in enumerate(zip(personas, ids, strict=True)):
        _settle_in(world, persona, viewer_id, speaks=number % 2 == 0)
    print(f"{NUM_VIEWERS} viewers, slates of {COUNT}; 95 % intervals of the difference to .5, by viewer")
    print("variety  who asked  distance  tags  appeal                 on topic")
    for speaks in (False, True):
        chosen = range(0 if speaks else 1, NUM_VIEWERS, 2)
        rows = {place: [_slate(world, personas[n], ids[n], place) for n in chosen] for place in PLACES}
        for place in PLACES:
            _print(place, speaks, np.array(rows[place]), np.array(rows[0.5]))


def _settle_in(world: Any, persona: Any, viewer_id: int, *, speaks: bool) -> None:
    """Like six clips of the topics that the viewer cares for, and ask for the first topic."""
    from django.utils import timezone

    from chat.models import IntentDocument
    from feed.services.engagements import EventDraft, engagements_record
    from feed.services.pools import pool_refresh
    from feed.services.viewers import viewer_refresh
    from tests.feed.conftest import steer

    best = np.argsort(-persona.appeal(world, 0), kind="stable")[:12:2]
    likes = [EventDraft(uuid.uuid4(), int(world.video_id[row]), "like") for row in best]
    engagements_record(viewer_id=viewer_id, events=likes)
    viewer_refresh(viewer_id=viewer_id)
    now = timezone.now()
    steers = [steer("s1", world.topics[max(persona.liked, key=lambda topic: persona.liked[topic])])] if speaks else []
    document = {"schema": "intent/1", "version": 1, "updated_at": now.isoformat(), "steers": steers, "filters": {}}
    IntentDocument.objects.create(viewer_id=viewer_id, version=1, document=document | {"explore": 0.1}, updated_at=now)
    pool_refresh(viewer_id=viewer_id)


def _slate(world: Any, persona: Any, viewer_id: int, place: float) -> tuple[float, float, float, float]:
    """Return (distance, number of tags, mean appeal, share of cards from the steer) of one slate."""
    from feed.services.settings import diversity_set
    from feed.slates import slate_create

    diversity_set(viewer_id=viewer_id, diversity=place)
    cards = slate_create(viewer_id=viewer_id, count=COUNT, exclude=[]).cards
    rows = world.rows_of([card["video_id"] for card in cards])
    cosines = world.vectors[rows] @ world.vectors[rows].T
    distance = 1 - (cosines.sum() - len(rows)) / (len(rows) * (len(rows) - 1))
    tags = len({tag for card in cards for tag in card["tags"]})
    asked = np.mean([card["reason"]["source"] == "steer" for card in cards])
    return float(distance), float(tags), float(persona.appeal(world, 0)[rows].mean()), float(asked)


def _print(place: float, speaks: bool, rows: np.ndarray, middle: np.ndarray) -> None:
    rng = np.random.default_rng(7)
    lost = (rows - middle)[:, 2]
    low, high = np.quantile(lost[rng.integers(0, len(lost), (2000, len(lost)))].mean(axis=1), [0.025, 0.975])
    distance, tags, appeal, asked = rows.mean(axis=0)
    who = "asked" if speaks else "-"
    print(
        f"{place:7.2f}  {who:9s}  {distance:8.3f}  {tags:4.1f}  {appeal:.3f} ({lost.mean():+.3f} [{low:+.3f}, {high:+.3f}])  {asked:.2f}"
    )
