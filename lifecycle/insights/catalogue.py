"""Tell what is in the catalogue, whether every index is complete, and how much of it anybody sees."""

from charts import Bar, bars, number, percent
from feed.insights import coverage as coverage_read
from feed.models import ItemVector, U2iVersion
from feed.u2i_selectors import item_graphs
from lifecycle.insights.section import Figure, Findings, Table, Window
from vision.indexes import graphs_of, indexes_are_whole
from vision.models import ModelVersion, Released, VersionState
from vision.selectors import catalogue_counts, failure_reasons, num_without_vectors

KEPT_STATES = (VersionState.SERVING, VersionState.BUILDING, VersionState.RETIRED)


def coverage(window: Window) -> Findings:
    """Return the section; empty where nothing was on a screen."""
    found = coverage_read(since=window.since, until=window.until)
    if found.gini is None or found.top_tenth is None:
        return Findings(empty=f"Nothing was on a screen in {window.words}.")
    of = f"{number(found.num_shown)} of {number(found.num_videos)} videos, {number(found.num_impressions)} impressions"
    return Findings(
        figures=[
            Figure("of the catalogue was on a screen", percent(found.num_shown / found.num_videos), of),
            Figure("Gini index", f"{found.gini:.2f}", "of impressions: 0 is all videos alike, 1 is one video alone"),
            Figure("went to the most shown tenth", percent(found.top_tenth), "of impressions"),
        ]
    )


def catalogue(window: Window) -> Findings:
    """Return the section about what is there now, whatever the window."""
    states, visibilities = catalogue_counts()
    total = sum(states.values())
    if not total:
        return Findings(empty="The catalogue is empty. Upload a video, or import a folder.")
    ready = states.get("ready", 0)
    reasons = [(why, number(num)) for why, num in failure_reasons()]
    return Findings(
        figures=[
            Figure("videos", number(total)),
            Figure("ready", percent(ready / total), f"{number(ready)} videos"),
            Figure("failed", number(states.get("failed", 0)), "their uploaders were told why"),
        ],
        charts=[
            bars(title="By state", values=[Bar(*one) for one in states.items()], name="state", value_name="videos"),
            bars(
                title="Who may see them",
                values=[Bar(*one) for one in visibilities.items()],
                name="visibility",
                value_name="videos",
            ),
        ],
        tables=[
            Table(
                "Indexes",
                ("version", "state", "videos missing", "index", "since"),
                _versions(ready),
                "No video was indexed yet.",
            ),
            Table("Why videos failed", ("reason", "videos"), reasons, "None failed."),
        ],
    )


def _versions(num_ready: int) -> list[tuple[str, ...]]:
    kept = {"state__in": KEPT_STATES}
    encoders = [
        _version(one, num_without_vectors(version=one), indexes_are_whole(graphs_of(one)))
        for one in ModelVersion.objects.filter(**kept).order_by("-served_at")
    ]
    towers = [
        _version(
            one,
            max(0, num_ready - ItemVector.objects.filter(u2i_version=one).count()),
            indexes_are_whole(item_graphs(one)),
        )
        for one in U2iVersion.objects.filter(**kept).order_by("-served_at")
    ]
    return encoders + towers


def _version(one: Released, num_missing: int, is_whole: bool) -> tuple[str, ...]:
    told = "complete" if num_missing == 0 else number(num_missing)
    since = f"{one.served_at:%-d %b %H:%M}" if one.served_at else ""
    return (
        one.slug,
        f"{one.state}{f', {one.step}' if one.step else ''}",
        told,
        "whole" if is_whole else "not whole",
        since,
    )
