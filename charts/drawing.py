"""Set pygal up, and take from its SVG what a page with a strict policy cannot have: styles, scripts, ids and their tooltips."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

from charts.chart import Svg

G = TypeVar("G", bound=pygal.graph.graph.Graph)
WIDTH, HEIGHT = 440, 240  # px at which a letter has its size; on a phone it is drawn at three quarters
LETTER_PX = 13
NUM_COLOURS = 6  # named in static/charts.css
GONE = {"style", "script", "desc", "defs"}


def prepared(kind: Callable[..., G], *, label: str, roles: Sequence[str], height_px: int = HEIGHT, **options: Any) -> G:
    """Return an empty pygal chart whose SVG will be clean; the n-th series added gets the n-th of `roles` as its class."""
    style = Style(label_font_size=LETTER_PX, major_label_font_size=LETTER_PX, value_font_size=LETTER_PX)
    settings: dict[str, Any] = {
        "width": WIDTH,
        "height": height_px,
        "margin": 8,
        "margin_right": 18,
        "spacing": 8,
        "show_legend": False,
        "no_prefix": True,
        "disable_xml_declaration": True,
        "js": [],
        "css": [],
        "classes": ["chart__svg"],
        "style": style,
        "min_scale": 3,
        "max_scale": 6,
        "truncate_label": -1,
    }
    graph = kind(**(settings | options))
    graph.add_xml_filter(lambda root: _clean(root, label=label, roles=roles))
    return graph


def drawn(graph: pygal.graph.graph.Graph) -> Svg:
    """Return the SVG of a chart that `prepared` made."""
    return Svg(graph.render(is_unicode=True))


def colour(index: int) -> str:
    """Return the class of the index-th series; colours come again after the last."""
    return f"series--{index % NUM_COLOURS}"


def _clean(root: Element, *, label: str, roles: Sequence[str]) -> Element:
    for node in list(root.iter()):
        _name_by_text(node)
        for child in [one for one in node if _is_unwanted(one)]:
            node.remove(child)
        _rename(node, roles)
    for title in root.findall("title"):  # pygal's own: a tooltip over the whole picture
        root.remove(title)
    del root.attrib["id"]
    root.set("role", "img")
    root.set("aria-label", label)
    return root


def _is_unwanted(node: Element) -> bool:
    return not isinstance(node.tag, str) or node.tag in GONE or "tooltip-overlay" in node.get("class", "")


def _name_by_text(node: Element) -> None:
    """Put what pygal's script would have shown of a dot or bar into its <title>, which browsers show without one."""
    told = {one.get("class", ""): one.text or "" for one in node if one.tag == "desc"}
    if told:
        title = node.makeelement("title", {})
        title.text = ": ".join(told[name] for name in ("x_label", "value") if name in told)
        node.insert(0, title)


def _rename(node: Element, roles: Sequence[str]) -> None:
    """Give a series our class in place of pygal's number."""
    classes = node.get("class", "").split()
    if "series" in classes:
        index = next(int(one.removeprefix("serie-")) for one in classes if one.startswith("serie-"))
        node.set("class", f"series {roles[index]}")
