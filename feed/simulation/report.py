"""Write what a run showed: one HTML page that needs nothing else, and the same numbers as JSON. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from feed.simulation.journal import Journal
from feed.simulation.measures import (
    Curve,
    Pushed,
    coverage,
    echo_curves,
    regret_curve,
    satisfaction_by_kind,
    scores,
)
from feed.simulation.pictures import bars_picture, curves_picture, lorenz_picture
from feed.simulation.world import World
from vision.bootstrap import Estimate


@dataclass
class Findings:
    """All numbers of a run."""

    command: str
    num_videos: int
    scores: dict[str, Estimate]
    by_kind: dict[str, Estimate]
    coverage: dict[str, float]
    regret: Curve
    echo: dict[str, tuple[Curve, Curve]]
    shown_counts: list[int]
    sources: dict[str, float]
    num_unapproved: int
    pushed: list[Pushed] = field(default_factory=list)


def findings_of(
    journal: Journal, world: World, *, seed: int, command: str, pushed: list[Pushed] | None = None
) -> Findings:
    """Compute everything that the report shows."""
    cards = [source for slate in journal.served for source in slate.sources]
    rows = [row for slate in journal.served for row in slate.rows]
    return Findings(
        command=command,
        num_videos=len(world),
        scores=scores(journal, world),
        by_kind=satisfaction_by_kind(journal, world),
        coverage=coverage(journal, world),
        regret=regret_curve(journal, world),
        echo=echo_curves(journal, world, seed=seed),
        shown_counts=np.bincount(rows, minlength=len(world)).tolist(),
        sources={source: cards.count(source) / max(1, len(cards)) for source in sorted(set(cards))},
        num_unapproved=journal.num_unapproved,
        pushed=pushed or [],
    )


def report_write(findings: Findings, folder: Path) -> Path:
    """Write report.html and report.json into `folder`; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(_plain(asdict(findings)), indent=1) + "\n", "utf-8")
    page = folder / "report.html"
    page.write_text(_page(findings), "utf-8")
    return page


def _plain(value: Any) -> Any:
    """Return numbers as JSON has them: rounded, NaN as null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else round(float(value), 4)
    return value


_STYLE = """
:root { color-scheme: light dark; --bg: light-dark(#f5f8f9, #090d12); --surface: light-dark(#ffffff, #111820);
  --line: light-dark(#d5dee3, #25303b); --text: light-dark(#0f1f29, #e8eff4); --muted: light-dark(#50606c, #9babb8);
  --accent: light-dark(#00705f, #4fe0c4); --faint: light-dark(#9ed5c9, #2c6862); --alert: light-dark(#b3261e, #ff9289); }
body { margin: 0 auto; padding: 24px 16px 64px; max-width: 960px; background: var(--bg); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 0 0 4px; } p { color: var(--muted); margin: 4px 0 12px; max-width: 70ch; }
section { margin: 16px 0; padding: 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 10px 6px 0; text-align: left; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; font-variant-numeric: tabular-nums; }
tbody th { min-width: 130px; font-weight: 500; }
svg { width: 100%; min-width: 460px; height: auto; } svg text { font-family: inherit; } code { overflow-wrap: anywhere; }
"""


def _page(found: Findings) -> str:
    """Return the page; light or dark as the reader's system is."""
    sections = [
        _section("What viewers got", SCORES_TEXT, _estimates(found.scores)),
        _section(
            "Who was served well",
            "Share of cards that were worth the while, by kind of person.",
            bars_picture(found.by_kind, title="Satisfying share of cards by kind of person", unit="share of cards"),
            _estimates(found.by_kind),
        ),
        _section(
            "Learning",
            "Regret: mean appeal of the ten unseen videos that the person would like most, less that of the cards served.",
            curves_picture({"regret": found.regret}, title="Regret by round", unit="appeal, 0 to 1"),
        ),
        *(_echo_section(name, *pair) for name, pair in found.echo.items()),
        _section(
            "What is shown at all",
            f"{found.num_videos} videos. Gini 0: all alike, 1: one video has all.",
            lorenz_picture(found.shown_counts, title="Lorenz curve of showings"),
            _numbers(found.coverage),
            _numbers({f"cards from {name}": share for name, share in found.sources.items()}),
        ),
    ]
    if found.pushed:
        sections.append(_section("Fakes", PUSHED_TEXT, _pushed(found.pushed)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Simulated viewers</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f"<h1>Simulated viewers</h1><p><code>{escape(found.command)}</code>. Intervals hold 95 % over viewers. "
        f"Cards that were not approved: {found.num_unapproved}.</p>{''.join(sections)}</body></html>\n"
    )


SCORES_TEXT = (
    "A card satisfies from an appeal of .6, of which its person alone knows. A wish counts where its topic had ten unseen videos left; "
    "the words of contradictory people do not count."
)
ECHO_TEXT = "Over three slates. By chance: everybody is shown as many cards, drawn from what they have not seen."
PUSHED_TEXT = "Pushed videos among the next twenty cards of an honest viewer, as fakes join who like and share them."


def _section(title: str, text: str, *parts: str) -> str:
    body = "".join(f'<div class="wide">{part}</div>' for part in parts)
    return f"<section><h2>{escape(title)}</h2><p>{escape(text)}</p>{body}</section>"


def _echo_section(name: str, feed: Curve, control: Curve) -> str:
    unit = "bits" if "entropy" in name else "1 - cosine"
    picture = curves_picture({"feed": feed, "by chance": control}, title=f"{name} by round", unit=unit)
    return _section(f"Echo chamber: {name}", ECHO_TEXT, picture)


def _estimates(estimates: dict[str, Estimate]) -> str:
    rows = [(name, _number(e.value), _interval(e), str(e.num)) for name, e in estimates.items()]
    return _table(("", "mean", "95 %", "viewers"), rows)


def _numbers(values: dict[str, float]) -> str:
    return _table(("", "value"), [(name, _number(value)) for name, value in values.items()])


def _pushed(pushed: list[Pushed]) -> str:
    rows = [
        (
            f"{p.share_of_fakes:.0%} ({p.num_fakes})",
            _number(p.shown.value),
            _interval(p.shown),
        )
        for p in pushed
    ]
    return _table(("fakes", "pushed videos in the next 20", "95 %"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _interval(value: Estimate) -> str:
    return f"{_number(value.low)} to {_number(value.high)}" if value.num else "nobody"


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
