"""Draw lines: several series over a number, a time or a logarithm, with intervals and marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pygal

from charts.axes import Axis, Say, Scale, Value, plain
from charts.chart import Chart, LegendItem, Svg
from charts.drawing import colour, drawn, prepared
from charts.words import NONE, number, when

MAX_SHOWN_DOTS, MAX_DOTS = 24, 120  # of a line: above the first they show under the pointer, above the second never
MARKS = ("mark--first", "mark--second")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: (x, y) in the order of x, y None where nothing is known; `band`: (x, low, high) of its interval.

    x is a number, or an aware datetime on an axis of time. On a logarithmic axis what is not above 0 is left out of the picture.
    """

    name: str
    points: Sequence[tuple[Value, float | None]]
    band: Sequence[tuple[Value, float, float]] = ()


def lines(
    *,
    title: str,
    series: Sequence[Series],
    x_name: str,
    x_scale: Scale = "linear",
    y_scale: Literal["linear", "log"] = "linear",
    x_range: tuple[Value, Value] | None = None,
    y_range: tuple[float, float] | None = None,
    say: Say = number,
    say_x: Say = number,
    marks: Mapping[str, float] | None = None,
    beside: Sequence[Series] = (),
) -> Chart:
    """Return a line chart; `say` writes a y value, `say_x` an x value that is no time.

    `marks`: at most two vertical lines, x by name. Without `y_range` a linear y axis holds 0; without `x_range` x goes from the first
    to the last of the points. `beside`: numbers that stand in the table only, such as of how many a point was made.
    """
    x_axis, y_axis = Axis(x_scale, when if x_scale == "time" else say_x), Axis(y_scale, say)
    picture = _Picture(series, x_axis, y_axis, marks or {})
    columns, rows = _table([(one, say) for one in series] + [(one, number) for one in beside], x_axis, x_name)
    svg = picture.draw(f"{title}, by {x_name}", x_range, y_range) if picture.points else Svg()
    return Chart(title, svg, columns, rows if svg else (), picture.legend())


def sparkline(*, title: str, values: Sequence[float | None]) -> Svg:
    """Return a line of a word's size for a cell of a table that holds its numbers; `title` says what it tells."""
    if sum(value is not None for value in values) < 2:
        return Svg()
    bare = {"width": 120, "margin": 3, "margin_right": 3, "spacing": 0, "show_x_labels": False, "show_y_labels": False}
    graph = prepared(pygal.Line, label=title, roles=[colour(0)], height_px=32, classes=["chart__spark"], **bare)
    graph.add("", list(values), show_dots=False)
    return drawn(graph)


@dataclass(frozen=True, slots=True)
class _Picture:
    series: Sequence[Series]
    x_axis: Axis
    y_axis: Axis
    marks: Mapping[str, float]

    @property
    def points(self) -> list[tuple[float, float]]:
        """Return all that can be drawn."""
        return [point for one in self.series for point in self._placed(one.points) if point[1] is not None]  # type: ignore[misc]

    def legend(self) -> tuple[LegendItem, ...]:
        """Return what the lines mean; nothing for one line alone."""
        if len(self.series) == 1 and not self.marks and not self.series[0].band:
            return ()
        named = [LegendItem(colour(index), one.name) for index, one in enumerate(self.series)]
        told = [f"{name}, {self.x_axis.say(x)}" for name, x in self.marks.items()]
        return (*named, *(LegendItem(css, words) for css, words in zip(MARKS, told, strict=False)))

    def draw(self, label: str, x_range: tuple[Value, Value] | None, y_range: tuple[float, float] | None) -> Svg:
        """Draw intervals first, lines over them, marks from the bottom to the top."""
        bands = [(index, one) for index, one in enumerate(self.series) if one.band]
        xs, ys = zip(*self.points, strict=True)
        wanted = [place for x in x_range or () if (place := self.x_axis.place(x)) is not None]
        ends = [min(wanted or xs), max(wanted or xs)]
        graph = prepared(
            pygal.XY,
            label=label,
            roles=[f"{colour(index)} band" for index, _ in bands]
            + [f"{colour(index)}{_fine(one)}" for index, one in enumerate(self.series)]
            + list(MARKS),
            xrange=ends,
            range=y_range,
            include_x_axis=y_range is None and self.y_axis.scale == "linear",
            x_labels=self.x_axis.labels(ends),
            y_labels=self.y_axis.labels(ys),
            value_formatter=self.y_axis.tell,
            x_value_formatter=self.x_axis.tell,
        )
        for _, one in bands:
            graph.add("", self._outline(one), show_dots=False)
        for one in self.series:
            graph.add(
                one.name, self._placed(one.points), show_dots=len(one.points) <= MAX_DOTS, allow_interruptions=True
            )
        low, high = y_range or (min(0.0, *ys) if self.y_axis.scale == "linear" else min(ys), max(ys))
        for name, x in self.marks.items():
            place = self.x_axis.place(x)
            graph.add(name, [(place, low), (place, high)], show_dots=False)
        return drawn(graph)

    def _placed(self, points: Sequence[tuple[Value, float | None]]) -> list[tuple[float, float | None]]:
        placed = [(self.x_axis.place(x), self.y_axis.place(y)) for x, y in points]
        return [(x, y) for x, y in placed if x is not None]

    def _outline(self, one: Series) -> list[tuple[float, float | None]]:
        """Return the interval as a polygon: along the lower ends, back along the upper."""
        there = self._placed([(x, low) for x, low, _ in one.band])
        back = self._placed([(x, high) for x, _, high in reversed(one.band)])
        return [*there, *back]


def _fine(one: Series) -> str:
    """Return the class of a line whose dots would make a string of pearls: they show under the pointer only."""
    return " fine" if len(one.points) > MAX_SHOWN_DOTS else ""


def _table(
    columns: Sequence[tuple[Series, Say]], x_axis: Axis, x_name: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a row an x that any series knows; an interval stands behind its value."""
    known = [_cells(one, x_axis, say) for one, say in columns]
    rows = [
        (x_axis.say(x), *(cells.get(x, NONE) for cells in known)) for x in sorted({x for cells in known for x in cells})
    ]
    return (x_name, *(one.name for one, _ in columns)), tuple(rows)


def _cells(one: Series, x_axis: Axis, say: Say) -> dict[float, str]:
    cells = {plain(x): say(y) for x, y in one.points}
    for x, low, high in one.band:
        cells[plain(x)] = f"{cells.get(plain(x), NONE)} ({say(low)} to {say(high)})"
    return cells
