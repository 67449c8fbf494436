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
    return supplies_of(kind=kind, recipes=[recipe])[recipe]


def supplies_of(*, kind: str, recipes: Sequence[str]) -> dict[str, Supply]:
    """Return the same by recipe; what all of them read is read once."""
    version = serving_version()
    if version is None and kind != Kind.GUARD:
        return dict.fromkeys(recipes, Supply("", NO_INDEX))
    return SUPPLIES[kind](version, recipes)


def _labels(version: ModelVersion, recipes: Sequence[str]) -> dict[str, Supply]:
    pairs = label_pairs()
    return _pairs(version, recipes, pairs, f"{len(pairs):,} answered pairs")


def _searches(version: ModelVersion, recipes: Sequence[str]) -> dict[str, Supply]:
    pairs = mine(searches_since())
    return _pairs(version, recipes, pairs, f"{len(pairs):,} pairs mined from searches")


def _pairs(
    version: ModelVersion, recipes: Sequence[str], pairs: Sequence[PreferencePair], words: str
) -> dict[str, Supply]:
    known = framed_ids(version=version)
    words = f"{words}, {len(known):,} videos with frame vectors"

    def supply(recipe: str) -> Supply:
        try:
            rows_by_part(known)
            usable_pairs(pairs, RECIPES[recipe](), known=set(known))
        except TooLittleError as error:
            return Supply(words, _sentence(error))
        return Supply(words)

    return {recipe: supply(recipe) for recipe in recipes}


def _clips(version: ModelVersion, recipes: Sequence[str]) -> dict[str, Supply]:
    known = framed_ids(version=version)
    num_labels = len(label_pairs())
    words = f"{len(known):,} videos and {num_labels:,} answered pairs to measure on; what it learns from is drawn"
    lacking = ""
    try:
        rows_by_part(known)
    except TooLittleError as error:
        lacking = _sentence(error)
    if version.profile != "bundled":
        lacking = f"{version.slug} has no temporal head to train."
    return dict.fromkeys(recipes, Supply(words, lacking))


def _signs(version: ModelVersion, recipes: Sequence[str]) -> dict[str, Supply]:
    viewers = ViewerState.objects.filter(num_signals__gt=0)
    num_signs = viewers.aggregate(Sum("num_signals"))["num_signals__sum"] or 0
    words = f"{num_signs:,} signs of {viewers.count():,} viewers"
    lacking = f"Too few engagements: {num_signs} signs of viewers where {MIN_GOOD} good ones are needed."
    return dict.fromkeys(recipes, Supply(words, lacking if num_signs < MIN_GOOD else ""))


def _impressions(version: ModelVersion, recipes: Sequence[str]) -> dict[str, Supply]:
    seen = Engagement.objects.filter(kind=Did.IMPRESSION, slate__isnull=False)[:MANY].count()
    words = f"{seen:,}{' or more' if seen == MANY else ''} cards that were seen"
    lacking = f"Too little to learn from: {seen} cards were seen where {MIN_IMPRESSIONS} are needed."
    return dict.fromkeys(recipes, Supply(words, lacking if seen < MIN_IMPRESSIONS else ""))


def _texts(version: ModelVersion | None, recipes: Sequence[str]) -> dict[str, Supply]:
    num_decisions = num_decided()
    words = f"{'the labelled sets' if labelled_sets() else 'this project’s patterns'} and {num_decisions:,} decisions of moderators"

    def supply(recipe: str) -> Supply:
        try:
            check_enough(recipe=recipe, num_decisions=num_decisions)
        except TooLittleTextError as error:
            return Supply(words, _sentence(error))
        return Supply(words)

    return {recipe: supply(recipe) for recipe in recipes}


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."


SUPPLIES: dict[str, Callable[..., dict[str, Supply]]] = {
    Kind.PREFERENCE_1: _searches,
    Kind.PREFERENCE_2: _labels,
    Kind.VIDEO_CLIP: _clips,
    Kind.U2I: _signs,
    Kind.RANKER: _impressions,
    Kind.GUARD: _texts,
}
