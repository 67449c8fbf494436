"""Tell whether the feed follows what was said, and where its cards come from."""

from charts import Bar, Chart, Series, bars, lines, number, percent
from feed.insights import FIRST_CARDS, Adherence, Shares, adherence, source_shares
from lifecycle.insights.section import Figure, Findings, Window

SOURCE_WORDS = {
    "steer": "steered",
    "similar": "like what was liked",
    "search": "searched for",
    "fresh": "new",
    "popular": "popular",
    "explore": "a try",
}


def steering(window: Window) -> Findings:
    """Return the section; empty where no cards were served."""
    shares = source_shares(since=window.since, until=window.until, bucket=window.bucket)
    if not shares.counts:
        return Findings(empty=f"No cards were served in {window.words}.")
    followed = adherence(since=window.since, until=window.until, bucket=window.bucket)
    whole = shares.counts[None]
    steered = whole.get("steer", 0) / sum(whole.values())
    return Findings(
        figures=[*_figures(followed), Figure("steered cards", percent(steered), "of all cards served")],
        charts=[_adherence(followed[1:], window), _steered(shares, window), _sources(whole)],
        note=f"Read from one of every {shares.one_in} slates, chosen by chance." if shares.one_in > 1 else "",
    )


def _figures(followed: list[Adherence]) -> list[Figure]:
    if not followed:
        return []
    whole = followed[0]
    of = f"of the first {FIRST_CARDS} cards carry it, ± {percent(whole.half_width)}; {number(whole.num_wishes)} wishes"
    return [Figure("after a wish for more", percent(whole.share), of)]


def _adherence(parts: list[Adherence], window: Window) -> Chart:
    points = [(one.at or window.since, one.share) for one in parts]
    band = [
        (at, max(0.0, one.share - one.half_width), min(1.0, one.share + one.half_width))
        for (at, _), one in zip(points, parts, strict=True)
    ]
    return lines(
        title=f"Share of the first {FIRST_CARDS} cards after a wish that carry it",
        series=[Series("mean, with 95 % interval", points, band if len(band) > 1 else [])],
        x_name="from (UTC)",
        x_scale="time",
        x_range=(window.since, window.until),
        y_range=(0, 1),
        say=percent,
        beside=[Series("wishes", [(one.at or window.since, one.num_wishes) for one in parts])],
    )


def _steered(shares: Shares, window: Window) -> Chart:
    parts = [(at, counts.get("steer", 0), sum(counts.values())) for at, counts in shares.counts.items() if at]
    return lines(
        title="Share of steered cards",
        series=[Series("steered", [(at, num / of) for at, num, of in parts])],
        x_name="from (UTC)",
        x_scale="time",
        x_range=(window.since, window.until),
        y_range=(0, 1),
        say=percent,
        beside=[Series("cards read", [(at, of) for at, _, of in parts])],
    )


def _sources(whole: dict[str, int]) -> Chart:
    total = sum(whole.values())
    ordered = sorted(whole.items(), key=lambda item: -item[1])
    values = [Bar(SOURCE_WORDS.get(source, source), num / total) for source, num in ordered]
    return bars(title="Cards by source", values=values, name="source", value_name="share of cards", say=percent)
