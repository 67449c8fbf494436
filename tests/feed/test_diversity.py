"""How varied the feed is is the viewer's choice: kept, followed by the next slate, and no way around what they asked for."""

import json
import uuid
from typing import Any

import numpy as np
import pytest
from django.test import Client

from feed.features import current
from feed.services.engagements import EventDraft, engagements_record
from feed.services.pools import pool_refresh
from feed.services.viewers import viewer_refresh
from tests.feed.conftest import steer
from tests.feed.watching import Wish, about, cards
from vision.models import Video

pytestmark = pytest.mark.django_db


def choose(client: Client, diversity: Any) -> Any:
    body = json.dumps({"diversity": diversity})
    return client.put("/api/feed/diversity", body, content_type="application/json")


def alikeness(shown: list[dict[str, Any]]) -> float:
    """Mean estimated cosine of all pairs of cards."""
    table = current()
    rows, _ = table.rows_of(np.array([card["video_id"] for card in shown]))
    cosines = np.array([table.similarity(rows, int(row)) for row in rows])
    return float((cosines.sum() - len(rows)) / (len(rows) * (len(rows) - 1)))


@pytest.fixture()
def fond_of_rain(client: Client, users: dict, catalogue: list[Video]) -> Any:
    viewer = users["alice"]
    client.force_login(viewer)
    liked = [video for video in catalogue if "rain" in video.tags][:5]
    engagements_record(viewer_id=viewer.pk, events=[EventDraft(uuid.uuid4(), video.pk, "like") for video in liked])
    viewer_refresh(viewer_id=viewer.pk)
    return viewer


def test_a_choice_is_kept_and_the_middle_is_the_feed_as_it_comes(client: Client, fond_of_rain: Any) -> None:
    before = cards(client, count=20)
    assert client.get("/api/feed/diversity").json() == {"diversity": 0.5}

    assert choose(client, 1).json() == {"diversity": 1.0}

    assert client.get("/api/feed/diversity").json() == {"diversity": 1.0}
    assert cards(client, count=20) != before
    choose(client, 0.5)
    assert cards(client, count=20) == before


def test_the_slider_makes_slates_more_varied_step_by_step(client: Client, fond_of_rain: Any) -> None:
    alike = []
    for diversity in (0, 0.5, 1):
        choose(client, diversity)
        alike.append(alikeness(cards(client, count=20)))

    assert alike[0] > alike[1] > alike[2], alike


def test_words_win_over_variety(client: Client, fond_of_rain: Any, catalogue: list[Video], wish: Wish) -> None:
    wish(fond_of_rain, [steer("s1", "Paris"), steer("s2", "football", direction="less", hard=True)])
    pool_refresh(viewer_id=fond_of_rain.pk)
    num_there = sum("paris" in video.tags for video in catalogue)

    for diversity in (0, 1):
        choose(client, diversity)
        shown = cards(client)
        assert about(shown, {"paris", "france"}) >= min(6, num_there)
        assert about(cards(client, count=50), {"football", "soccer"}) == 0


def test_one_viewers_choice_leaves_anothers_feed_alone(client: Client, users: dict, fond_of_rain: Any) -> None:
    client.force_login(users["bob"])
    before = cards(client, count=20)
    client.force_login(fond_of_rain)
    choose(client, 1)

    client.force_login(users["bob"])

    assert cards(client, count=20) == before


@pytest.mark.parametrize("diversity", [-0.1, 1.1, "much", None])
def test_what_is_no_share_is_refused(client: Client, fond_of_rain: Any, diversity: Any) -> None:
    assert choose(client, diversity).status_code == 422
    assert client.get("/api/feed/diversity").json() == {"diversity": 0.5}
