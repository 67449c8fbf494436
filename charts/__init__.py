"""Draw the pages' charts as SVG, each with its numbers as a table. Pure: no Django, no JavaScript, no inline style.

`{% include "charts/chart.html" with chart=chart %}` shows one; colours and lines come from `static/charts.css`, in both themes.
"""

from charts.bars import Bar, bars, histogram
from charts.chart import Chart, LegendItem, Svg
from charts.lines import Series, lines, sparkline
from charts.words import duration, number, percent, when

__all__ = [
    "Bar",
    "Chart",
    "LegendItem",
    "Series",
    "Svg",
    "bars",
    "duration",
    "histogram",
    "lines",
    "number",
    "percent",
    "sparkline",
    "when",
]
