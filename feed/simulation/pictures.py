"""Draw a run's curves as SVG that follows the page's colours, light or dark. Pure; the web process never imports it."""

import io
import re
from collections.abc import Callable
from html import escape

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from feed.simulation.measures import Curve
from vision.bootstrap import Estimate
from vision.charts import ACCENT, ALERT, FAINT, GRID, GROUND, MUTED, SURFACE, TEXT, figure, style

WIDTH_PX, HEIGHT_PX = 640, 300
_VARIABLES = {GROUND: "--surface", SURFACE: "--surface", GRID: "--line", TEXT: "--text", MUTED: "--muted"} | {
    ACCENT: "--accent",
    ALERT: "--alert",
    FAINT: "--faint",
}


def curves_picture(curves: dict[str, Curve], *, title: str, unit: str) -> str:
    """Return up to three curves over the rounds with their intervals."""

    def draw(axes: Axes) -> None:
        for (name, curve), colour in zip(curves.items(), (ACCENT, MUTED, ALERT), strict=False):
            rounds = np.arange(1, len(curve.mean) + 1)
            axes.fill_between(rounds, curve.low, curve.high, color=colour, alpha=0.22, linewidth=0)
            axes.plot(rounds, curve.mean, color=colour, linewidth=2, label=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("round (ten cards)")
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        if len(curves) > 1:
            axes.legend(frameon=False, labelcolor=TEXT, loc="lower right")

    return _svg(draw, title)


def bars_picture(bars: dict[str, Estimate], *, title: str, unit: str) -> str:
    """Return a bar a name with its interval, the first on top."""

    def draw(axes: Axes) -> None:
        names = list(bars)[::-1]
        means = [bars[name].value for name in names]
        errors = [[bars[n].value - bars[n].low for n in names], [bars[n].high - bars[n].value for n in names]]
        axes.barh(names, means, color=FAINT, xerr=errors, ecolor=ACCENT, capsize=3)
        axes.set_xlabel(unit)
        axes.set_xlim(left=0)

    return _svg(draw, title)


def lorenz_picture(shown_counts: list[int], *, title: str) -> str:
    """Return the Lorenz curve of showings: which share of them the least shown videos have together."""

    def draw(axes: Axes) -> None:
        ordered = np.sort(np.array(shown_counts, dtype=np.float64))
        share = np.concatenate([[0.0], np.cumsum(ordered) / max(ordered.sum(), 1.0)])
        place = np.linspace(0, 1, len(share))
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle="--", linewidth=1, label="all shown alike")
        axes.plot(place, share, color=ACCENT, linewidth=2, label="shown")
        axes.set_xlabel("share of the catalogue, least shown first")
        axes.set_ylabel("share of showings")
        axes.legend(frameon=False, labelcolor=TEXT, loc="upper left")

    return _svg(draw, title)


def _svg(draw: Callable[[Axes], None], title: str) -> str:
    drawn = figure(WIDTH_PX, HEIGHT_PX, layout="constrained")
    out = io.StringIO()
    with style(), rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        axes = drawn.subplots()
        draw(axes)
        drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _themed(out.getvalue(), title)


def _themed(svg: str, title: str) -> str:
    """Return the svg element alone, with the page's variables for colours and a name for those who do not see it."""
    element = svg[svg.index("<svg") :]
    for colour, variable in _VARIABLES.items():
        element = element.replace(colour, f"var({variable})")
    element = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", element, count=1)
    return element.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)
