"""Measure what fakes bring: accounts that watch, like and share a few videos to push them, and little else."""

import uuid
from collections.abc import Callable

import numpy as np

from feed import features
from feed.models import Slate
from feed.services.engagements import EventDraft, engagements_record
from feed.simulation.journal import Journal
from feed.simulation.measures import Pushed, over_viewers
from feed.simulation.world import World
from feed.slates import slate_create
from workers.simulation.jobs import Settle
from workers.simulation.people import people_create, people_remove

SHARES_OF_FAKES = (0.0, 0.01, 0.05)
NUM_PUSHED = 3
LOOKED_AT = 20  # next cards of each honest viewer
CAMOUFLAGE = 5  # other videos that a fake looks at, so as to seem like anybody


def shilling(
    *,
    world: World,
    journal: Journal,
    viewer_ids: list[int],
    seed: int,
    settle: Settle,
    tell: Callable[[], None] = lambda: None,
) -> list[Pushed]:
    """Let fakes of SHARES_OF_FAKES join after a run and look at the honest viewers' next cards each time; the fakes leave in the end.

    Pushed are the videos that fewest have seen: what is new and unknown is what somebody would want to push.
    """
    rng = np.random.default_rng([seed, 5])
    pushed = _least_seen(world, journal, rng)
    fakes: list[int] = []
    points: list[Pushed] = []
    try:
        for share in SHARES_OF_FAKES:
            wanted = max(1, round(share * len(viewer_ids))) if share else 0
            new = people_create(num=wanted - len(fakes))
            fakes += new
            for viewer_id in new:
                _push(viewer_id, world, pushed, rng, settle)
            points.append(Pushed(share, len(fakes), over_viewers(_shown(viewer_ids, world, pushed, tell))))
    finally:
        people_remove(viewer_ids=fakes)
    return points


def _least_seen(world: World, journal: Journal, rng: np.random.Generator) -> list[int]:
    shown_N = np.bincount([row for slate in journal.served for row in slate.rows], minlength=len(world))
    order = rng.permutation(len(world))
    return [int(row) for row in order[np.argsort(shown_N[order], kind="stable")][:NUM_PUSHED]]


def _push(viewer_id: int, world: World, pushed: list[int], rng: np.random.Generator, settle: Settle) -> None:
    others = [int(row) for row in rng.choice(len(world), CAMOUFLAGE, replace=False)]
    kinds = dict.fromkeys(pushed, ("impression", "watch", "like", "share")) | dict.fromkeys(others, ("impression",))
    events = [
        EventDraft(uuid.uuid4(), int(world.video_id[row]), kind, value=60.0 if kind == "watch" else None)
        for row, own in kinds.items()
        for kind in own
    ]
    engagements_record(viewer_id=viewer_id, events=events)
    settle(viewer_id)


def _shown(viewer_ids: list[int], world: World, pushed: list[int], tell: Callable[[], None]) -> list[float]:
    """Return how many pushed videos each honest viewer would be shown next; looking leaves nothing behind, so the world stays."""
    features.reset()  # what was just recounted counts at once
    wanted = {int(world.video_id[row]) for row in pushed}
    counts = []
    for viewer_id in viewer_ids:
        slate = slate_create(viewer_id=viewer_id, count=LOOKED_AT, exclude=[])
        counts.append(float(sum(card["video_id"] in wanted for card in slate.cards)))
        Slate.objects.filter(pk=slate.slate_id).delete()  # a training must not take it for something that was served
        tell()
    return counts
