"""Say which arm a viewer is in, from the experiment's salt and the viewer's id alone. Pure.

No row, no state: the same viewer is in the same arm on every machine and every day, whoever else comes. Layers as in Tang et al. 2010
("Overlapping Experiment Infrastructure"): experiments of one layer share out its buckets, so no viewer is in two of them; a layer's
buckets say nothing of another's, nor of the arms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from feed.configuration import DEFAULT, FeedConfiguration


@dataclass(frozen=True)
class RunningArm:
    """An arm as assignment needs it: `upto` is the end of its part of [0, 1); the parts stand in order and end at 1."""

    id: int
    upto: float
    knobs: Mapping[str, float]


@dataclass(frozen=True)
class Running:
    """An experiment that runs: it has the part [start, stop) of its layer."""

    salt: str
    layer: str
    start: float
    stop: float
    arms: tuple[RunningArm, ...]
    is_interleaved: bool = False


@dataclass(frozen=True)
class Assignment:
    """What one viewer gets. `arms`: the ids of their arms, for the slate's row. `rival`: drafts against `configuration`, if any.

    With a rival, `drafters` names the arm of `configuration` and that of `rival`, and `draft_salt` seeds the draft.
    """

    arms: tuple[int, ...] = ()
    configuration: FeedConfiguration = DEFAULT
    rival: FeedConfiguration | None = None
    drafters: tuple[int, int] = (0, 0)
    draft_salt: str = ""


NOBODYS = Assignment()


def place_of(*, salt: str, viewer_id: int) -> float:
    """Return a viewer's place in [0, 1): uniform over viewers, independent between salts."""
    digest = blake2b(f"{salt}:{viewer_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def takes_part(running: Running, *, viewer_id: int) -> bool:
    """Return whether the experiment has the viewer's bucket of its layer."""
    return running.start <= place_of(salt=f"layer {running.layer}", viewer_id=viewer_id) < running.stop


def arm_of(running: Running, *, viewer_id: int) -> RunningArm:
    """Return the arm of a viewer who takes part."""
    place = place_of(salt=running.salt, viewer_id=viewer_id)
    return next((arm for arm in running.arms if place < arm.upto), running.arms[-1])


def assign(experiments: tuple[Running, ...], *, viewer_id: int) -> Assignment:
    """Return what the viewer gets of all that runs: knobs of different layers add up, at most one interleaving is among them."""
    mine = [experiment for experiment in experiments if takes_part(experiment, viewer_id=viewer_id)]
    if not mine:
        return NOBODYS
    arms = [arm_of(experiment, viewer_id=viewer_id) for experiment in mine if not experiment.is_interleaved]
    knobs = {name: value for arm in arms for name, value in arm.knobs.items()}
    assigned = Assignment(tuple(arm.id for arm in arms), FeedConfiguration(**knobs))
    draft = next((experiment for experiment in mine if experiment.is_interleaved), None)
    if draft is None:
        return assigned
    control, rival = draft.arms
    return Assignment(
        arms=(*assigned.arms, control.id, rival.id),
        configuration=assigned.configuration,
        rival=FeedConfiguration(**(knobs | dict(rival.knobs))),
        drafters=(control.id, rival.id),
        draft_salt=draft.salt,
    )
