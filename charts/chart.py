"""What a page gets of a chart: the picture, what its lines mean, and its numbers."""

from dataclasses import dataclass


class Svg(str):
    """Markup that a template shows as it is. pygal escaped the words in it."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A line of the legend; `css` is the class that gives it the colour and dashes of its series (static/charts.css)."""

    css: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its numbers. Without any number `svg` is empty, and the page says so in words.

    `columns` names the table's columns, `rows` are its cells as the page shows them; the first cell of a row is its head.
    `legend` is empty where there is only one series without an interval.
    """

    title: str
    svg: Svg
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[LegendItem, ...] = ()
