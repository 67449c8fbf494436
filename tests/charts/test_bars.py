"""Bars: lengths tell the values, whiskers their intervals, the table all of it."""

from xml.etree import ElementTree

import pytest

from charts import Bar, bars, histogram, percent

SVG = "{http://www.w3.org/2000/svg}"


def _rects(chart):
    root = ElementTree.fromstring(chart.svg)
    return [node for node in root.iter(f"{SVG}rect") if "rect" in node.get("class", "").split()]


def test_lengths_are_as_the_values_and_the_first_is_on_top():
    chart = bars(title="t", values=[Bar("a", 2.0), Bar("b", 1.0)], name="source", value_name="cards")

    by_height = sorted(_rects(chart), key=lambda rect: float(rect.get("y")))
    assert float(by_height[0].get("width")) == pytest.approx(2 * float(by_height[1].get("width")))


def test_an_unknown_value_has_a_row_and_no_bar():
    values = [Bar("a", 0.5, (0.4, 0.6)), Bar("b", None)]

    chart = bars(title="t", values=values, name="source", value_name="rate", say=percent)

    assert len(_rects(chart)) == 1
    assert chart.columns == ("source", "rate", "interval")
    assert chart.rows == (("a", "50 %", "40 % to 60 %"), ("b", "none", ""))


def test_nothing_but_noughts_is_still_a_picture_and_nothing_known_is_none():
    noughts = bars(title="t", values=[Bar("a", 0.0), Bar("b", 0.0)], name="n", value_name="v")
    unknown = bars(title="t", values=[Bar("a", None)], name="n", value_name="v")

    assert noughts.svg and not unknown.svg


def test_a_histogram_counts_where_values_fall():
    chart = histogram(title="t", bins=[(0, 1, 3), (1, 2, 0), (2, 4, 6)], x_name="seconds")

    first, _, last = _rects(chart)
    assert float(last.get("width")) == pytest.approx(2 * float(first.get("width")))
    assert float(last.get("height")) == pytest.approx(2 * float(first.get("height")))
    assert chart.rows[-1] == ("2 to 4", "6")


def test_counts_are_labelled_at_whole_numbers():
    chart = bars(title="t", values=[Bar("a", 1), Bar("b", 0)], name="hazard", value_name="messages")

    texts = {node.text for node in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")}
    assert texts == {"a", "b", "0", "1"}
