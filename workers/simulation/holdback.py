"""Serve some simulated viewers by chance, so that what is learned can be measured on cards that no model chose.

Whoever is fed by the mean of what they liked can only like what the mean chose: held out, that praises the mean (feed/u2i_training.py).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from feed.experiments import active
from feed.experiments.services import ArmDraft, experiment_create, experiment_start, experiment_stop

BY = "manage.py simulate"
KNOBS = {"similar_of_rest": 0.0, "explore": 10.0}  # all chance: words bring nothing beyond a wish for only one thing


@contextmanager
def held_back(*, share: float) -> Iterator[None]:
    """Run an experiment whose arm draws by chance for `share` of viewers, 0 to below 1; no guardrail stops it: it is worse on purpose."""
    if not share:
        yield
        return
    name = f"simulated-holdback-{uuid.uuid4().hex[:8]}"
    arm = ArmDraft("by_chance", KNOBS, weight=share / (1 - share))
    experiment_create(name=name, arms=[arm], by=BY, guardrails=(), note="what user-to-item is measured on")
    experiment_start(name=name, by=BY)
    active.reset()
    try:
        yield
    finally:
        experiment_stop(name=name, by=BY, why="the simulation has ended")
        active.reset()
