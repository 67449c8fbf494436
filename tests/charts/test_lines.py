"""Lines: what is drawn where, what stands in the table, and nothing that a strict page would refuse."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from charts import Series, duration, lines, percent, sparkline

SVG = "{http://www.w3.org/2000/svg}"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _paths(chart, css):
    """Return the (x, y) of each line of the series with this class, in picture coordinates."""
    root = ElementTree.fromstring(chart.svg)
    groups = [node for node in root.iter(f"{SVG}g") if node.get("class") == f"series {css}"]
    drawn = [path.get("d") for group in groups for path in group.iter(f"{SVG}path")]
    return [[tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", line)] for line in drawn]


def _labels(chart, axis):
    root = ElementTree.fromstring(chart.svg)
    group = next(node for node in root.iter(f"{SVG}g") if node.get("class", "").startswith(f"axis {axis}"))
    return [text.text for text in group.iter(f"{SVG}text")]


def test_the_picture_holds_nothing_that_a_strict_policy_refuses():
    chart = lines(title="A <b> & c", series=[Series("one", [(0, 1.0), (1, 2.0)])], x_name="step")

    tags = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(chart.svg).iter()}

    assert not tags & {"style", "script", "desc", "defs", "image", "use"}
    assert "style=" not in chart.svg and "id=" not in chart.svg and "href" not in chart.svg
    assert 'aria-label="A &lt;b&gt; &amp; c, by step"' in chart.svg


def test_a_gap_breaks_the_line_and_stays_in_the_table():
    points = [(0, 1.0), (1, 2.0), (2, None), (3, 4.0), (4, 5.0)]

    chart = lines(title="t", series=[Series("one", points)], x_name="step")

    assert [len(line) for line in _paths(chart, "series--0")] == [2, 2]
    assert chart.rows[2] == ("2", "none")


def test_a_logarithm_makes_equal_factors_equally_far():
    points = [(1, 1.0), (10, 10.0), (100, 100.0), (1000, 0.0)]

    chart = lines(title="t", series=[Series("one", points)], x_name="n", x_scale="log", y_scale="log")

    ((first, second, third),) = _paths(chart, "series--0")
    assert second[0] - first[0] == pytest.approx(third[0] - second[0])
    assert first[1] - second[1] == pytest.approx(second[1] - third[1])
    assert _labels(chart, "y") == ["1", "2", "5", "10", "20", "50", "100"]
    assert chart.rows[-1] == ("1,000", "0")  # not above 0: in the table alone


def test_times_are_labelled_at_round_hours_in_utc():
    points = [(NOON + timedelta(minutes=7 + 30 * index), 0.2) for index in range(48)]

    chart = lines(title="t", series=[Series("p50", points)], x_name="time", x_scale="time", say=duration)

    assert _labels(chart, "x") == ["16:00", "20:00", "00:00", "04:00", "08:00"]
    assert chart.rows[0] == ("20 Nov 12:07", "200 ms")


def test_an_axis_of_a_given_range_does_not_end_with_the_points():
    points = [(NOON, 1.0), (NOON + timedelta(minutes=10), 1.0)]

    chart = lines(
        title="t",
        series=[Series("n", points)],
        x_name="time",
        x_scale="time",
        x_range=(NOON - timedelta(hours=12), NOON + timedelta(hours=12)),
    )

    (line,) = _paths(chart, "series--0")
    assert line[1][0] - line[0][0] < 5 and len(_labels(chart, "x")) > 3


def test_an_interval_is_a_closed_area_around_its_line():
    points = [(0, 0.5), (1, 0.6)]
    band = [(0, 0.4, 0.6), (1, 0.5, 0.7)]

    chart = lines(title="t", series=[Series("one", points, band)], x_name="step", say=percent, y_range=(0, 1))

    (area,) = _paths(chart, "series--0 band")
    (line,) = _paths(chart, "series--0")
    assert area[0][1] > line[0][1] > area[3][1] and area[1][1] > line[1][1] > area[2][1]
    assert chart.rows[0] == ("0", "50 % (40 % to 60 %)")


def test_marks_stand_at_their_x_and_are_named_with_it():
    series = [Series("one", [(0, 0.0), (1, 1.0)])]

    chart = lines(title="t", series=series, x_name="threshold", marks={"now": 0.5}, y_range=(0, 1))

    ((bottom, top),) = _paths(chart, "mark--first")
    ((left, right),) = _paths(chart, "series--0")
    assert bottom[0] == top[0] == pytest.approx((left[0] + right[0]) / 2)
    assert chart.legend[-1].words == "now, 0.5"


def test_the_table_has_a_row_for_every_x_of_any_series():
    one, other = Series("one", [(0, 1.0), (2, 3.0)]), Series("other", [(1, 2.0)])

    chart = lines(title="t", series=[one, other], x_name="step", beside=[Series("of", [(2, 1200)])])

    assert chart.columns == ("step", "one", "other", "of")
    assert chart.rows == (("0", "1", "none", "none"), ("1", "none", "2", "none"), ("2", "3", "none", "1,200"))


@pytest.mark.parametrize("points", [[], [(0, None)]])
def test_without_a_number_there_is_no_picture(points):
    chart = lines(title="t", series=[Series("one", points)], x_name="step")

    assert not chart.svg and not chart.rows and not sparkline(title="t", values=[None, 1])


def test_one_point_and_equal_points_are_drawn():
    one = lines(title="t", series=[Series("one", [(NOON, 3.0)])], x_name="time", x_scale="time")
    flat = lines(title="t", series=[Series("one", [(5, 2.0), (5, 2.0)])], x_name="n", x_scale="log", y_scale="log")

    assert "<circle" in one.svg and "<circle" in flat.svg
