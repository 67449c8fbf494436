"""Name what can be released, and how each is judged, released and rolled back: one table for the page, its services and its history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from feed.models import RankerVersion, U2iVersion
from feed.ranking.gate import judge_ranker
from feed.services.ranker_release import BY_MERGE, RANKERS, ranker_refusal
from feed.services.u2i_release import BY_MEAN, u2i_refusal, u2i_release_start, u2i_rollback, u2i_withdraw
from feed.u2i_gate import judge_u2i
from lifecycle.guards.services import BY_SHIPPED, GUARDS, guard_refusal
from lifecycle.models import GuardVersion
from safety.guard.gate import judge_guard
from vision import opening
from vision.gate import judge
from vision.history import By
from vision.models import ModelVersion, Versioned
from vision.releases import ReleaseRefusedError
from vision.selectors import serving_version
from workers import dispatch

Scores = Mapping[str, Any]


class Judged(Protocol):
    """What a gate says."""

    @property
    def is_passed(self) -> bool: ...

    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Measure:
    """One share in "before" and "after" of the scores: its words, its key and that of its interval; the ceiling is people's agreement."""

    words: str
    key: str
    interval: str = ""
    has_ceiling: bool = False


@dataclass(frozen=True)
class ReleaseKind:
    """One kind of model: how the page names it and what it serves, and the services of its room.

    `versions`: those that can serve now. `without`: what serves where no version does, empty where one always does; `withdraw` has it
    serve. `send` carries an opened release on; None where a release is one transaction. `check` raises ValueError, in words, where the
    version's file cannot be read by who serves by it; None where that shows elsewhere.
    """

    slug: str
    title: str
    does: str
    model: type[Versioned]
    versions: Callable[[], QuerySet[Any]]
    without: str
    scores_of: Callable[[Any], Scores]
    judge: Callable[[Scores], Judged]
    refusal: Callable[[Any], str]
    start: Callable[..., Versioned]
    rollback: Callable[..., Versioned | None]
    withdraw: Callable[..., None] | None
    send: Callable[[int], bool] | None
    check: Callable[[Any], object] | None
    measured: tuple[Measure, ...]
    gain: tuple[str, str] | None = None  # its words and the key of its interval

    @property
    def release_words(self) -> str:
        """Return what a release does, for who is about to confirm it."""
        if self.send is None:
            return "It serves at once, within two seconds everywhere. What serves now is kept for rollback."
        return (
            "A worker indexes the videos under it, checks that none is missing, and switches. What serves now serves until then,"
            " and is kept for rollback."
        )

    @property
    def back_words(self) -> str:
        """Return what a rollback does, for who is about to confirm it."""
        if self.send is None:
            return "It serves at once, within two seconds everywhere. What serves now is kept."
        return "What came in since is indexed, then it serves again, in well under a minute. What serves now is kept."


def _u2i_rollback(*, version: U2iVersion, by: By) -> Versioned | None:
    index = _index()
    if version.model_version != index:
        raise ReleaseRefusedError(
            f"{version.slug} reads the vectors of {version.model_version.slug}, which does not serve"
        )
    return u2i_rollback(model_version=index, version=version, by=by)


def _u2i_withdraw(*, by: By) -> None:
    u2i_withdraw(model_version=_index(), by=by)


def _index() -> ModelVersion:
    version = serving_version()
    if version is None:
        raise ReleaseRefusedError("no video encoder serves, so nothing can be told apart")
    return version


ENCODER = ReleaseKind(
    slug="encoder",
    title="Video encoder",
    does="Says what is seen in a video: search and the feed find by it.",
    model=ModelVersion,
    versions=ModelVersion.objects.all,
    without="",
    scores_of=lambda version: version.spec.get("scores") or {},
    judge=judge,
    refusal=opening.refusal,
    start=opening.release_open,
    rollback=opening.rollback_open,
    withdraw=None,
    send=lambda pk: dispatch.release(version_id=pk),
    check=None,
    measured=(
        Measure("Pairs that people decided", "pair_accuracy", "pair_interval", has_ceiling=True),
        Measure("Golden captions, found first (R@1)", "recall_at_1", "recall_interval"),
    ),
    gain=("Gain on pairs", "pair_gain_interval"),
)
U2I = ReleaseKind(
    slug="u2i",
    title="User to item",
    does="Says which videos are near to whom, from what viewers did.",
    model=U2iVersion,
    versions=lambda: U2iVersion.objects.filter(model_version=serving_version()),
    without=BY_MEAN,
    scores_of=lambda version: version.scores,
    judge=judge_u2i,
    refusal=u2i_refusal,
    start=u2i_release_start,
    rollback=_u2i_rollback,
    withdraw=_u2i_withdraw,
    send=lambda pk: dispatch.u2i_release(version_id=pk),
    check=None,
    measured=(Measure("What viewers took next (Recall@20)", "recall_at_20", "recall_interval"),),
    gain=("Gain in recall", "recall_gain_interval"),
)
RANKER = ReleaseKind(
    slug="ranker",
    title="Final ranker",
    does="Puts first what a viewer will watch and like, among what each cause brought.",
    model=RankerVersion,
    versions=RankerVersion.objects.all,
    without=f"the order of {BY_MERGE}",
    scores_of=lambda version: version.scores,
    judge=judge_ranker,
    refusal=ranker_refusal,
    start=RANKERS.release,
    rollback=RANKERS.rollback,
    withdraw=RANKERS.withdraw,
    send=None,
    check=RANKERS.check,
    measured=(Measure("Order of held-out slates (nDCG)", "ndcg", "ndcg_interval"),),
    gain=("Gain in nDCG", "ndcg_gain_interval"),
)
GUARD = ReleaseKind(
    slug="guard",
    title="Guard",
    does="Says whether a message, a reply or a video’s words are safe. Where it cannot be read, everything is held.",
    model=GuardVersion,
    versions=GuardVersion.objects.all,
    without=BY_SHIPPED,
    scores_of=lambda version: version.scores,
    judge=judge_guard,
    refusal=guard_refusal,
    start=GUARDS.release,
    rollback=GUARDS.rollback,
    withdraw=GUARDS.withdraw,
    send=None,
    check=GUARDS.check,
    measured=(
        Measure("Unsafe texts stopped (recall)", "recall"),
        Measure("Harmless texts stopped (false positives)", "false_positives"),
        Measure("Decisions kept aside, agreed with", "decisions"),
    ),
)
KINDS = {kind.slug: kind for kind in (ENCODER, U2I, RANKER, GUARD)}
