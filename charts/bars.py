"""Draw bars: a measure of named things, with intervals, and how often values fall where."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygal

from charts.axes import Say
from charts.chart import Chart, Svg
from charts.drawing import colour, drawn, prepared
from charts.words import number

BAR_PX, AXIS_PX = 30, 44  # height of a bar with its gap; of the axis below all


@dataclass(frozen=True, slots=True)
class Bar:
    """A named value, None where nothing is known, with its interval if it has one."""

    name: str
    value: float | None
    interval: tuple[float, float] | None = None


def bars(*, title: str, values: Sequence[Bar], name: str, value_name: str, say: Say = number) -> Chart:
    """Return lying bars in the given order, the first on top. `name` and `value_name` head the table."""
    has_intervals = any(one.interval for one in values)
    columns = (name, value_name, *(("interval",) if has_intervals else ()))
    known = [one for one in values if one.value is not None]
    if not known:
        return Chart(title, Svg(), columns, ())
    rows = [(one.name, say(one.value), *((_interval(one, say),) if has_intervals else ())) for one in values]
    return Chart(title, _svg(f"{title}: {value_name} by {name}", known, say), columns, tuple(rows))


def histogram(*, title: str, bins: Sequence[tuple[float, float, int]], x_name: str, say_x: Say = number) -> Chart:
    """Return how many values lie in each [from, to) of `bins`, which are in order and touch."""
    columns = (x_name, "how many")
    if not any(count for _, _, count in bins):
        return Chart(title, Svg(), columns, ())
    graph = prepared(
        pygal.Histogram, label=f"{title}: how many by {x_name}", roles=[colour(0)], x_value_formatter=say_x
    )
    graph.value_formatter = number
    graph.add("", [_bin(low, high, count, say_x) for low, high, count in bins])
    rows = [(f"{say_x(low)} to {say_x(high)}", number(count)) for low, high, count in bins]
    return Chart(title, drawn(graph), columns, tuple(rows))


def _bin(low: float, high: float, count: int, say_x: Say) -> dict[str, object]:
    told = f"{say_x(low)} to {say_x(high)}: {number(count)}"
    return {"value": (count, low, high), "formatter": lambda _: told}


def _svg(label: str, values: Sequence[Bar], say: Say) -> Svg:
    has_intervals = any(one.interval for one in values)
    graph = prepared(
        pygal.HorizontalBar,
        label=label,
        roles=[f"{colour(0)} spans" if has_intervals else colour(0)],
        height_px=AXIS_PX + BAR_PX * len(values),
        x_labels=[one.name for one in reversed(values)],
        value_formatter=say,
        rounded_bars=3,
        print_values=not has_intervals,
        print_values_position="top",
        margin_right=22 if has_intervals else 56,
        max_scale=4,
        order_min=0 if all(isinstance(one.value, int) for one in values) else None,
        range=_range(values),
    )
    graph.add("", [_value(one) for one in reversed(values)])
    return drawn(graph)


def _range(values: Sequence[Bar]) -> tuple[float, float]:
    """Return from where to where bars and intervals reach, 0 among it."""
    ends = [end for one in values for end in (one.interval or (one.value or 0.0,))]
    return min(0.0, *ends), max(0.0, *ends) or 1.0


def _value(one: Bar) -> dict[str, object]:
    if one.interval is None:
        return {"value": one.value}
    return {"value": one.value, "ci": {"low": one.interval[0], "high": one.interval[1]}}


def _interval(one: Bar, say: Say) -> str:
    return f"{say(one.interval[0])} to {say(one.interval[1])}" if one.interval else ""
