"""Say how much there is to learn from now, a kind, and what is lacking. Torch-free and bounded: a page asks, before anything is queued.

What is cheap to count is counted; the training itself looks again at all that it needs, before it begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from feed.models import Engagement, ViewerState
from feed.models import Kind as Did
from feed.ranking.gate import MIN_IMPRESSIONS
from feed.search_log import searches_since
from feed.u2i_gate import MIN_GOOD
from lifecycle.models import Kind
from safety.guard_needs import TooLittleError as TooLittleTextError
from safety.guard_needs import check_enough, labelled_sets, num_decided
from vision.clip.mining import mine
from vision.clip.preference_pairs import PreferencePair
from vision.clip.preference_recipes import RECIPES
from vision.labels import label_pairs
from vision.models import ModelVersion
from vision.selectors import serving_version
from vision.tuning_needs import TooLittleError, framed_ids, rows_by_part, usable_pairs

NO_INDEX = "No model version is serving: index some videos first."
MANY = 100_000  # counted no further


@dataclass(frozen=True)
class Supply:
    """What there is, in words, and why it is too little ("" where it is enough)."""

    words: str
    lacking: str = ""


def supply_of(*, kind: str, recipe: str) -> Supply:
    """Return what a training of this kind by this recipe would find."""
    version = serving_version()
    if version is None and kind != Kind.GUARD:
        return Supply("", NO_INDEX)
    return SUPPLIES[kind](version, recipe)


def _labels(version: ModelVersion, recipe: str) -> Supply:
    pairs = label_pairs()
    return _pairs(version, recipe, pairs, f"{len(pairs):,} answered pairs")


def _searches(version: ModelVersion, recipe: str) -> Supply:
    pairs = mine(searches_since())
    return _pairs(version, recipe, pairs, f"{len(pairs):,} pairs mined from searches")


def _pairs(version: ModelVersion, recipe: str, pairs: Sequence[PreferencePair], words: str) -> Supply:
    known = framed_ids(version=version)
    words = f"{words}, {len(known):,} videos with frame vectors"
    try:
        rows_by_part(known)
        usable_pairs(pairs, RECIPES[recipe](), known=set(known))
    except TooLittleError as error:
        return Supply(words, _sentence(error))
    return Supply(words)


def _clips(version: ModelVersion, recipe: str) -> Supply:
    known = framed_ids(version=version)
    num_labels = len(label_pairs())
    words = f"{len(known):,} videos and {num_labels:,} answered pairs to measure on; what it learns from is drawn"
    if "tower_version" not in version.spec or version.profile != "bundled":
        return Supply(words, f"{version.slug} has no temporal head to train.")
    try:
        rows_by_part(known)
    except TooLittleError as error:
        return Supply(words, _sentence(error))
    return Supply(words)


def _signs(version: ModelVersion, recipe: str) -> Supply:
    viewers = ViewerState.objects.filter(num_signals__gt=0)
    num_signs = viewers.aggregate(Sum("num_signals"))["num_signals__sum"] or 0
    words = f"{num_signs:,} signs of {viewers.count():,} viewers"
    if num_signs < MIN_GOOD:
        return Supply(
            words, f"Too few engagements: {num_signs} signs of viewers where {MIN_GOOD} good ones are needed."
        )
    return Supply(words)


def _impressions(version: ModelVersion, recipe: str) -> Supply:
    seen = Engagement.objects.filter(kind=Did.IMPRESSION, slate__isnull=False)[:MANY].count()
    words = f"{seen:,}{' or more' if seen == MANY else ''} cards that were seen"
    if seen < MIN_IMPRESSIONS:
        return Supply(words, f"Too little to learn from: {seen} cards were seen where {MIN_IMPRESSIONS} are needed.")
    return Supply(words)


def _texts(version: ModelVersion | None, recipe: str) -> Supply:
    num_decisions = num_decided()
    there = "the labelled sets" if labelled_sets() else "this project's patterns"
    words = f"{there} and {num_decisions:,} decisions of moderators"
    try:
        check_enough(recipe=recipe, num_decisions=num_decisions)
    except TooLittleTextError as error:
        return Supply(words, _sentence(error))
    return Supply(words)


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."


SUPPLIES: dict[str, Callable[..., Supply]] = {
    Kind.PREFERENCE_1: _searches,
    Kind.PREFERENCE_2: _labels,
    Kind.VIDEO_CLIP: _clips,
    Kind.U2I: _signs,
    Kind.RANKER: _impressions,
    Kind.GUARD: _texts,
}
