"""Tell how cards are received: by the source that brought them, and by the arms of running experiments."""

import math
from typing import Any

from charts import Bar, Chart, bars, number, percent
from feed.experiments.models import Experiment, State
from feed.insights import Rate, Received, received_by_source
from lifecycle.insights.section import Findings, Table, Window
from lifecycle.insights.steering import SOURCE_WORDS

SHOWN_METRICS = ("watch_share", "likes")


def reception(window: Window) -> Findings:
    """Return the section about sources; empty where nobody looked at a card."""
    received = received_by_source(since=window.since, until=window.until)
    if not received:
        return Findings(empty=f"Nobody looked at a card in {window.words}.")
    return Findings(
        charts=[
            _rates("Watched part of a card's length", received, "watched"),
            _rates("Liked cards", received, "liked"),
        ],
        tables=[
            Table(
                "By source",
                ("source", "cards seen", "viewers", "watched", "liked"),
                [
                    (_source(one), number(one.num_cards), number(one.num_viewers), _told(one.watched), _told(one.liked))
                    for one in received
                ],
                "",
            )
        ],
        note="Intervals hold 95 % and take viewers as units; below five viewers there is none.",
    )


def experiments(window: Window) -> Findings:
    """Return the section about what runs, each since its own start: its verdicts hold at any look."""
    running = Experiment.objects.filter(state=State.RUNNING).order_by("started_at")
    tables = [_experiment(one) for one in running]
    return Findings(tables=tables) if tables else Findings(empty="No experiment is running.")


def _rates(title: str, received: list[Received], measure: str) -> Chart:
    rates: list[tuple[str, Rate]] = [(_source(one), getattr(one, measure)) for one in received]
    values = [Bar(source, rate.value, rate.interval) for source, rate in rates]
    return bars(title=title, values=values, name="source", value_name=measure, say=percent)


def _source(one: Received) -> str:
    return SOURCE_WORDS.get(one.source, one.source)


def _told(rate: Rate) -> str:
    if rate.interval is None:
        return percent(rate.value)
    return f"{percent(rate.value)} ({percent(rate.interval[0])} to {percent(rate.interval[1])})"


def _experiment(experiment: Experiment) -> Table:
    from feed.experiments.reports import report_of  # with scipy, which the web process has no other use for

    report = report_of(experiment=experiment)
    columns = tuple(f"{what}{of}" for what in ("watched", "liked") for of in ("", ", against the control"))
    compared = next((arm.findings for arm in report.arms if arm.findings), {})
    rows = [
        (
            arm.arm.name,
            number(arm.num_viewers),
            *(cell for name in SHOWN_METRICS for cell in _cells(arm.findings, compared, name)),
        )
        for arm in report.arms
    ]
    warning = " The split of its viewers is wrong: do not believe the figures." if report.split_is_wrong else ""
    title = f"{experiment.name}, since {experiment.started_at:%-d %B}.{warning}"
    return Table(title, ("arm", "viewers", *columns), rows, "It has no arms.")


def _cells(own: dict[str, Any], compared: dict[str, Any], name: str) -> tuple[str, str]:
    """Return an arm's rate and the interval of its difference; the control's rate stands in what it is compared with."""
    if name in own:
        low, high = float(own[name].low), float(own[name].high)
        told = f"{low:+.1%} to {high:+.1%}" if math.isfinite(low) else "too few viewers"
        return percent(float(own[name].treated)), told
    return percent(float(compared[name].control)) if name in compared else "", "is the control"
