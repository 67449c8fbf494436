"""Read what the release page shows: each kind's versions, a candidate's scores beside what serves, what is under way, and the history."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from charts.bars import Bar, bars
from charts.chart import Chart
from charts.words import percent
from lifecycle.models import Comparison, ComparisonState, GuardVersion, ReleaseRequest, RequestState
from lifecycle.releases.kinds import ENCODER, KINDS, Measure, ReleaseKind, Scores
from safety.models import AuditEntry
from vision.history import VERB, history_of
from vision.models import ModelVersion, Versioned, VersionState, Video
from vision.selectors import approved_videos

NUM_HISTORY = 40
NUM_CANDIDATES = 12
STEP_WORDS = {"rows": "Indexing the videos", "indexes": "Checking: building the search index", "switch": "Switching"}


@dataclass(frozen=True)
class KindShown:
    """One kind on the page: what serves (None: `kind.without` does), what is wrong with it, what waits for its release, what was kept."""

    kind: ReleaseKind
    serving: Versioned | None
    trouble: str
    candidates: Sequence[Versioned]
    retired: Sequence[Versioned]
    requests: Sequence[ReleaseRequest]


def kinds_shown() -> list[KindShown]:
    """Return every kind with its versions, the newest first."""
    return [_kind_shown(kind) for kind in KINDS.values()]


def _kind_shown(kind: ReleaseKind) -> KindShown:
    versions = list(kind.versions().order_by("-served_at", "-id"))
    waiting = sorted((one for one in versions if is_waiting(one)), key=lambda one: -one.pk)
    serving = next((one for one in versions if one.state == VersionState.SERVING), None)
    return KindShown(
        kind=kind,
        serving=serving,
        trouble=_trouble(kind, serving),
        candidates=waiting[:NUM_CANDIDATES],
        retired=[one for one in versions if one.state == VersionState.RETIRED],
        requests=requests_open(kind),
    )


def _trouble(kind: ReleaseKind, serving: Versioned | None) -> str:
    """Return why what serves cannot be read, empty where it can."""
    if serving is not None and kind.check is not None:
        try:
            kind.check(serving)
        except ValueError as error:
            return str(error)
    return ""


def is_waiting(version: Versioned) -> bool:
    """Return whether a version may yet be released: a candidate, a refused one, or a shipped one whose release nobody has opened."""
    if version.state == VersionState.BUILDING:
        return not step_of(version)
    return version.state in (VersionState.CANDIDATE, VersionState.REFUSED)


def step_of(version: Versioned) -> str:
    """Return how far the version's release has come, empty where none is open."""
    return str(getattr(version, "step", ""))  # a ranker's has none


def requests_open(kind: ReleaseKind, version: Versioned | None = None) -> list[ReleaseRequest]:
    """Return the requests that wait for a second yes, the newest first."""
    requests = ReleaseRequest.objects.filter(kind=kind.slug, state=RequestState.OPEN).select_related("asked_by")
    return list((requests.filter(version_id=version.pk) if version else requests).order_by("-id"))


@dataclass(frozen=True)
class Judged:
    """What the gate says of a candidate now."""

    is_passed: bool
    words: str


def judged(kind: ReleaseKind, version: Versioned) -> Judged:
    """Return the gate's verdict in words."""
    refusal = kind.refusal(version)
    if refusal:
        return Judged(False, refusal if refusal.startswith("Refused") else f"Refused: {refusal}")
    scores = kind.scores_of(version)
    return Judged(True, kind.judge(scores).words if scores else "Shipped with Tiller, judged where it was trained.")


def charts_of(kind: ReleaseKind, version: Versioned) -> list[Chart]:
    """Return a chart a measure that was taken: what it was measured against, the candidate, and how well people agree with each other."""
    scores = kind.scores_of(version)
    if not scores:
        return []
    gold = scores.get("gold") or {}
    found = [(measure.words, list(_bars(scores, measure))) for measure in kind.measured]
    drawn = [_chart(words, its) for words, its in found if any(bar.value is not None for bar in its)]
    if gold.get("num_pairs"):
        its = [Bar("before", gold["before"]), Bar("this one", gold["after"])]
        drawn.append(_chart(f"{gold['num_pairs']} gold pairs, whose answer is known", its))
    return drawn


def _chart(title: str, found: list[Bar]) -> Chart:
    return bars(title=title, values=found, name="version", value_name="share", say=percent)


def _bars(scores: Scores, measure: Measure) -> Iterable[Bar]:
    for when, name in (("before", "before"), ("after", "this one")):
        part = scores.get(when) or {}
        ends = part.get(measure.interval)
        yield Bar(name, part.get(measure.key), (ends[0], ends[1]) if ends else None)
    if measure.has_ceiling and scores.get("ceiling") is not None:
        yield Bar("two people agree", scores["ceiling"])


def gain_words(kind: ReleaseKind, version: Versioned) -> str:
    """Return the gain's 95 % interval in words, empty where none was measured."""
    words, key = kind.gain or ("", "")
    ends = kind.scores_of(version).get(key)
    return f"{words}: {100 * ends[0]:+.1f} to {100 * ends[1]:+.1f} points (95 %)" if ends else ""


@dataclass(frozen=True)
class SetShown:
    """A regression set: how many texts it has, and the shares that were right before and are with this one."""

    name: str
    num: int
    before: str
    after: str
    change: str  # in points, signed; empty where nothing changed


def sets_shown(version: Versioned) -> list[SetShown]:
    """Return a guard's regression sets, what fell the most first; other kinds have none."""
    sets = version.scores.get("sets", {}) if isinstance(version, GuardVersion) else {}
    ranked = sorted(sets.items(), key=lambda item: (item[1]["after"] - item[1]["before"], item[0]))
    return [_set_shown(name, it) for name, it in ranked]


def _set_shown(name: str, it: Scores) -> SetShown:
    points = round(100 * (it["after"] - it["before"]), 1)
    change = f"{points:+.1f}" if points else ""
    return SetShown(name, it["num"], percent(it["before"]), percent(it["after"]), change)


@dataclass(frozen=True)
class RowShown:
    """One query: what it finds now and what it would find; a video that may no longer be shown is None."""

    query: str
    origin: str
    change: int
    before: list[Video | None]
    after: list[tuple[Video | None, bool]]


def comparison_of(version: Versioned) -> Comparison | None:
    """Return the newest comparison of a video encoder's version."""
    if not isinstance(version, ModelVersion):
        return None
    return Comparison.objects.filter(version=version).order_by("-id").first()


def rows_shown(comparison: Comparison) -> list[RowShown]:
    """Return its queries with their videos, the biggest change first; approved ones alone are shown."""
    ids = set(chain.from_iterable(row["before"] + row["after"] for row in comparison.rows))
    videos = approved_videos().in_bulk(ids)
    return [
        RowShown(
            query=row["query"],
            origin=row["origin"],
            change=round(100 * row["change"]),
            before=[videos.get(pk) for pk in row["before"]],
            after=[(videos.get(pk), pk not in row["before"]) for pk in row["after"]],
        )
        for row in comparison.rows
    ]


@dataclass(frozen=True)
class Progress:
    """Something long that is under way: what, how far, of how many."""

    title: str
    version: str
    step: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def progress_shown() -> list[Progress]:
    """Return the releases and comparisons that are under way."""
    found = []
    for kind in KINDS.values():
        for version in filter(step_of, kind.model._default_manager.filter(state=VersionState.BUILDING)):
            done, total = (getattr(version, name, 0) for name in ("num_indexed", "num_to_index"))
            found.append(Progress(kind.title, version.slug, STEP_WORDS[step_of(version)], done, total))
    for one in Comparison.objects.filter(state__in=[ComparisonState.QUEUED, ComparisonState.RUNNING]):
        step = "Looking at the videos" if one.state == ComparisonState.RUNNING else "Waiting for a worker"
        found.append(Progress(f"{ENCODER.title}, comparison", one.version.slug, step, one.num_done, one.num_videos))
    return found


def mark() -> str:
    """Return what changes whenever a version, a request or a comparison changes its state: a page that knows another one is old."""
    facts: list[Any] = [
        list(kind.model._default_manager.order_by("slug").values_list("slug", "state")) for kind in KINDS.values()
    ]
    facts += [list(rows.objects.order_by("id").values_list("id", "state")) for rows in (ReleaseRequest, Comparison)]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Event:
    """One line of the history: who brought which version to which state, when and why."""

    at: Any
    kind: str
    version: str
    state: str
    who: str
    reason: str
    problem: str


def history_shown() -> list[Event]:
    """Return what happened to the versions of all kinds, the newest first."""
    entries = chain.from_iterable(
        ((kind, entry) for entry in history_of(kind.model)[:NUM_HISTORY]) for kind in KINDS.values()
    )
    newest = sorted(entries, key=lambda pair: (pair[1].created_at, pair[1].pk), reverse=True)[:NUM_HISTORY]
    return [_event(kind, entry) for kind, entry in newest]


def _event(kind: ReleaseKind, entry: AuditEntry) -> Event:
    told = entry.detail
    who = entry.actor.get_username() if entry.actor else f"by {told['way']}"
    state = entry.verb.removeprefix(VERB)
    return Event(entry.created_at, kind.title, told["version"], state, who, told["reason"], told["problem"])
