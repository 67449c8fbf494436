"""Tell how long messages wait for their steered feed, where the time goes, and which answers were degraded."""

from charts import Bar, Chart, Series, bars, duration, lines, number, percent
from chat.outcomes import stage_outcomes
from chat.timing import CRITICAL_PATH, RATIO, WALL, Spread, Steered, run_step, stage_times, steered_times
from lifecycle.insights.section import Figure, Findings, Table, Window

TOTALS = {WALL: "message to reply", CRITICAL_PATH: "critical path"}


def understanding(window: Window) -> Findings:
    """Return the section; empty where nobody said anything that changed their feed."""
    times = stage_times(since=window.since, until=window.until)
    steered = steered_times(since=window.since, until=window.until, bucket=window.bucket)
    if not times and not steered:
        return Findings(empty=f"Nobody steered their feed by words in {window.words}.")
    outcomes = stage_outcomes(since=window.since, until=window.until)
    num_answers, num_failed = (sum(getattr(one, name) for one in outcomes) for name in ("num", "num_failed"))
    degraded = percent(num_failed / num_answers if num_answers else None)
    step = run_step(since=window.since, until=window.until)
    return Findings(
        figures=[
            *_figures(steered),
            Figure("degraded answers", degraded, f"of {number(num_answers)} that stages gave"),
        ],
        charts=[_waiting(steered, window), _stages(times)],
        tables=[
            Table(
                "Stages",
                ("stage", "p50", "p95", "longest"),
                [_row(name, spread) for name, spread in times.items()],
                "No message was understood to its end.",
            ),
            Table(
                "Degraded answers and retries",
                ("stage", "answered", "gave up", "tried again"),
                [
                    (one.stage.replace("_", " "), *map(number, (one.num, one.num_failed, one.num_retried)))
                    for one in outcomes
                ],
                "No stage ran.",
            ),
        ],
        note=f"Stages are read from one of every {step} messages." if step > 1 else "",
    )


def _figures(steered: list[Steered]) -> list[Figure]:
    if not steered:
        return []
    whole = steered[0]
    of = f"of {number(whole.num)} message{'' if whole.num == 1 else 's'} that changed a feed"
    return [Figure("message to steered feed, p50", duration(whole.p50_s), of), Figure("p95", duration(whole.p95_s), of)]


def _waiting(steered: list[Steered], window: Window) -> Chart:
    parts = steered[1:]
    return lines(
        title="Message to steered feed",
        series=[
            Series("p50", [(one.at or window.since, one.p50_s) for one in parts]),
            Series("p95", [(one.at or window.since, one.p95_s) for one in parts]),
        ],
        x_name="from (UTC)",
        x_scale="time",
        x_range=(window.since, window.until),
        say=duration,
        beside=[Series("messages", [(one.at or window.since, one.num) for one in parts])],
    )


def _stages(times: dict[str, Spread]) -> Chart:
    values = [Bar(TOTALS.get(name, name.replace("_", " ")), one.p50) for name, one in times.items() if name != RATIO]
    return bars(title="Where the time goes, median", values=values, name="stage", value_name="p50", say=duration)


def _row(name: str, spread: Spread) -> tuple[str, ...]:
    say = number if name == RATIO else duration
    words = TOTALS.get(name, name.replace("_", " "))
    return (words, say(spread.p50), say(spread.p95), say(spread.longest))
