"""The feed's knobs: what each may be, and that turning one turns the feed."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from feed import features
from feed.configuration import DEFAULT, BadKnobError, FeedConfiguration, configuration_of
from feed.merge import lanes_of, shares_of_sources
from feed.ranking.compose import Lane
from feed.ranking.features import SOURCES
from feed.reading import Ask, Viewer
from feed.slates import rank
from tests.feed.catalogue import Clip, put
from vision.models import Video

pytestmark = pytest.mark.django_db  # the feature table is read from it
LANE_KNOBS = ("explore", "popular_of_known", "similar_of_rest", "warm_at")


def lanes(**knobs: float) -> list[Lane]:
    table = features.current()
    viewer = Viewer(viewer_id=1, num_engagements=5)
    ask = Ask(viewer, table, np.ones(len(table), bool), np.zeros(len(table), np.float32), 1, configuration_of(knobs))
    return lanes_of(ask)


def test_no_knob_turned_is_the_feed_that_everybody_gets() -> None:
    assert configuration_of({}) == DEFAULT


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"stered": 0.5}, "no knob 'stered'.*steered"),
        ({"steered": 1.5}, "from 0 to 1"),
        ({"steered": "much"}, "must be a number"),
        ({"steered": True}, "must be a number"),
        ({"diversity": float("nan")}, "must be a number"),
    ],
)
def test_a_knob_that_cannot_be_is_refused_in_words(knobs: dict[str, Any], words: str) -> None:
    with pytest.raises(BadKnobError, match=words):
        configuration_of(knobs)


def test_every_default_lies_in_its_range() -> None:
    assert configuration_of({knob.name: knob.default for knob in fields(FeedConfiguration)}) == DEFAULT


@pytest.mark.parametrize("knob", LANE_KNOBS)
def test_a_knob_moves_the_shares_which_still_add_up(knob: str) -> None:
    def shares(**knobs: float) -> list[float]:
        parts = shares_of_sources(configuration_of(knobs), num_engagements=5, explore=0.1, is_steered=False)
        return [parts.similar, parts.popular, parts.fresh, parts.explore]

    turned = shares(**{knob: 0.2})

    assert turned != shares()
    assert sum(turned) == pytest.approx(1.0)


def test_what_empty_sources_have_goes_to_others_that_nobody_asked_for(catalogue: list[Video]) -> None:
    weights = {lane.source: lane.weight for lane in lanes()}

    assert weights["similar"] == weights["popular"] == weights["search"] == 0.0
    assert weights["fresh"] + weights["explore"] == pytest.approx(1.0)
    assert weights["explore"] == pytest.approx(0.1)


def test_more_diversity_repeats_less(db: None) -> None:
    put([Clip(f"Take {n} of thing {n // 10}", (f"t{n // 10}",), f"c{n}", f"thing {n // 10}") for n in range(60)])
    table, viewer, now = features.current(), Viewer(viewer_id=7), timezone.now()

    def repeats(diversity: float) -> float:
        knobs = configuration_of({"diversity": diversity, "explore": 0})
        ranking = rank(viewer=viewer, table=table, count=8, needed=8, exclude=[], now=now, configuration=knobs)
        rows, _ = table.rows_of(np.array(ranking.video_ids))
        return float(np.mean([table.similarity(rows, int(row)).mean() for row in rows]))

    assert repeats(3.0) < repeats(0.0) - 0.01


def test_the_ranker_knows_every_source() -> None:
    assert {lane.source for lane in lanes()} <= set(SOURCES)
    assert "search" in {lane.source for lane in lanes()}
