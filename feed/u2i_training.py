"""Train a user-to-item version on the engagements that there are, and measure it against what serves. Leads to torch: commands only."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from feed.item_features import item_features
from feed.models import U2iVersion, ViewerState
from feed.ranking.tastes import MAX_SIGNS, LearnedTaste, MeanTaste, Taste
from feed.services.signals import signals_of
from feed.u2i.data import KIND_ROW, Bools, Floats, Interactions, Ints
from feed.u2i.exported import ExportedTowers
from feed.u2i.recipes import Recipe
from feed.u2i_choosing import Choice
from feed.u2i_evaluation import hold_out, recalls
from feed.u2i_gate import MIN_GOOD, MIN_HELD_OUT
from feed.u2i_selectors import held_back_viewers, serving_u2i, towers_of
from vision.bootstrap import Floats as Doubles
from vision.bootstrap import estimate, gain
from vision.models import ModelVersion, VideoVector
from vision.selectors import approved_videos

VIEWERS_AT_ONCE = 500
MAX_JUDGES = 500  # drawn viewers whose engagements say when to stop

OnProgress = Callable[[int, int, float], None]


class TooLittleError(ValueError):
    """There is not enough to train and to measure on; the message says how much there is and how much is needed."""


@dataclass(frozen=True)
class Snapshot:
    """What viewers did, as rows, and what is known of the videos that may be shown: ids [N], features [N, F], viewers' ids by row.

    `held_back` [V]: the viewers to whom user-to-item never brought a card, as an experiment's arm holds them back.
    """

    ids: Ints
    features: Floats
    interactions: Interactions
    viewer_ids: list[int]
    held_back: Bools

    @property
    def data_hash(self) -> str:
        """Return the sha256 of all engagements by ids, in order, and of who is held back."""
        events = self.interactions
        digest = hashlib.sha256()
        for column in (
            np.array(self.viewer_ids, np.int64)[events.viewer],
            self.ids[events.item],
            events.kind,
            events.at_s,
            self.held_back,
        ):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Outcome:
    """Trained towers and what the gate reads of them."""

    towers: ExportedTowers
    scores: dict[str, Any]


def snapshot_read(version: ModelVersion) -> Snapshot:
    """Read every viewer's signs about the videos that may be shown and have vectors of the version."""
    with_vectors = VideoVector.objects.filter(model_version=version).values("video_id")
    ids, features = item_features(
        version=version, video_ids=list(approved_videos().filter(pk__in=with_vectors).values_list("pk", flat=True))
    )
    viewer_ids = list(
        ViewerState.objects.filter(num_signals__gt=0).order_by("viewer_id").values_list("viewer_id", flat=True)
    )
    row_of = {video_id: row for row, video_id in enumerate(ids.tolist())}
    rows = [
        (viewer_row, row_of[signal.video_id], KIND_ROW[signal.kind], signal.at_s)
        for at in range(0, len(viewer_ids), VIEWERS_AT_ONCE)
        for viewer_row, signals in _signals(viewer_ids[at : at + VIEWERS_AT_ONCE], at)
        for signal in reversed(signals)
        if signal.video_id in row_of
    ]
    viewer, item, kind, at_s = (np.array(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    events = Interactions(
        np.asarray(viewer, np.int64),
        np.asarray(item, np.int64),
        np.asarray(kind, np.uint8),
        np.asarray(at_s, np.float64),
    )
    return Snapshot(ids, features, events, viewer_ids, np.isin(viewer_ids, held_back_viewers()))


def _signals(viewer_ids: list[int], at: int) -> list[tuple[int, list[Any]]]:
    found = signals_of(viewer_ids=viewer_ids)
    return [(at + place, found[viewer_id]) for place, viewer_id in enumerate(viewer_ids) if viewer_id in found]


def train_and_measure(
    snapshot: Snapshot, recipe: Recipe, *, seed: int, serving: Taste, on_progress: OnProgress | None = None
) -> Outcome:
    """Train on what came before the held-out engagements, and measure on those; raises TooLittleError.

    Who is fed by what serves can only like what that chose, so a measure on them praises it. Where enough viewers are held back from
    user-to-item, both sides are measured on those alone. When to stop is judged by engagements that came before the measured ones.
    """
    from feed.u2i.train import train

    among = _measured_among(snapshot)
    past, held = hold_out(snapshot.interactions, among=among)
    _check_enough(snapshot, num_held=len(held))
    learned_from, judges = hold_out(past, among=among, max_viewers=MAX_JUDGES)
    facts = {"recipe": recipe.name, "seed": seed, "data_hash": snapshot.data_hash}
    choice = Choice(judges, snapshot.ids, snapshot.features, **facts)
    recipe = replace(recipe, max_history=MAX_SIGNS)
    train(learned_from, snapshot.features, recipe, seed, on_progress, choice.look)
    assert choice.towers is not None
    before, after = (
        recalls(taste, taste.items(snapshot.ids, snapshot.features), held)
        for taste in (serving, LearnedTaste(choice.towers))
    )
    risen = gain(before, after, np.arange(len(held)))
    scores = {
        "before": _recall(before),
        "after": _recall(after),
        "recall_gain": risen.value,
        "recall_gain_interval": risen.interval,
        "num_viewers": len(held),
        "is_held_back": among is not None,
        "share": choice.towers.share,
        "num_items": len(snapshot.ids),
        "num_engagements": len(snapshot.interactions),
    }
    return Outcome(choice.towers, scores)


def _measured_among(snapshot: Snapshot) -> Bools | None:
    """Return who is held back from user-to-item, where they are enough to be measured on; None: everybody is."""
    events = snapshot.interactions
    num_good_V = np.bincount(events.viewer[events.is_positive], minlength=len(snapshot.viewer_ids))
    return snapshot.held_back if ((num_good_V >= 2) & snapshot.held_back).sum() >= MIN_HELD_OUT else None


def _recall(found_V: Doubles) -> dict[str, Any]:
    """Return the mean over viewers with its interval."""
    found = estimate(found_V, np.arange(len(found_V)))
    return {"recall_at_20": found.value, "recall_interval": found.interval}


def _check_enough(snapshot: Snapshot, *, num_held: int) -> None:
    num_good = int(snapshot.interactions.is_positive.sum())
    if num_good >= MIN_GOOD and num_held >= MIN_HELD_OUT:
        return
    raise TooLittleError(
        f"too few engagements: {num_good} likes, shares and clips watched to the end where {MIN_GOOD} are needed, and {num_held} viewers"
        f" with two or more of them where {MIN_HELD_OUT} are needed. Let people watch first, or run manage.py simulate."
    )


def serving_taste(version: ModelVersion) -> tuple[U2iVersion | None, Taste]:
    """Return what makes viewers' vectors now: a version with its towers, or None and the mean. Raises NoTowersError."""
    serving = serving_u2i(version)
    return serving, LearnedTaste(towers_of(serving)) if serving else MeanTaste()
