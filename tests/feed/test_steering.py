"""The feed turns: what a viewer said decides what comes next, and taking it back restores what was."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.features import current
from feed.models import ViewerPool
from feed.selectors import steer_facts, viewer_read
from feed.services.pools import pool_refresh
from tests.feed.catalogue import FOOTBALL, KOREA, Clip, put
from tests.feed.conftest import steer
from tests.feed.watching import Wish, about, cards, see
from vision.models import Video

pytestmark = pytest.mark.django_db


def test_a_trip_to_seoul_turns_the_feed(client: Client, users: dict, catalogue: list[Video], wish: Wish) -> None:
    client.force_login(users["alice"])
    before = cards(client)
    said = "I'm travelling from San Francisco to Seoul next week"
    wish(users["alice"], [steer("s1", "Seoul", kind="place", horizon="session", said=said)])

    pool_refresh(viewer_id=users["alice"].pk)

    after = cards(client)
    assert about(before, KOREA) <= 1
    assert about(after, KOREA) >= 6, [(card["title"], card["tags"]) for card in after]
    reasons = [card["reason"] for card in after if card["reason"]["source"] == "steer"]
    assert len(reasons) >= 6
    assert {(r["steer_id"], r["phrase"], r["said"]) for r in reasons} == {("s1", "Seoul", said)}
    assert all(said in reason["text"] for reason in reasons)


def test_a_card_says_whether_it_is_what_was_asked_for_or_only_close(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "football")])
    pool_refresh(viewer_id=users["alice"].pk)

    asked = [card for card in cards(client, count=50) if card["reason"]["source"] == "steer"]

    close = [card for card in asked if card["reason"]["is_close"]]
    assert 0 < len(close) < len(asked)
    named = [any("football" in tag or tag == "soccer" for tag in card["tags"]) for card in asked]
    assert named == [not card["reason"]["is_close"] for card in asked]


@pytest.mark.parametrize("phrase", ["football", "no more soccer", "Football"])
def test_never_football_means_none_in_the_next_fifty(
    client: Client, users: dict, catalogue: list[Video], wish: Wish, phrase: str
) -> None:
    phrase = phrase.removeprefix("no more ")
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", phrase, direction="less", hard=True)])
    pool_refresh(viewer_id=users["alice"].pk)

    shown: list[dict[str, Any]] = []
    for _ in range(5):
        shown += cards(client, exclude=[card["video_id"] for card in shown])
        see(client, shown[-10:])

    assert len(shown) == 50
    assert about(shown, FOOTBALL) == 0


def test_never_football_leaves_the_other_sports(users: dict, catalogue: list[Video], wish: Wish) -> None:
    wish(users["alice"], [steer("s1", "football", direction="less", hard=True)])

    pool_refresh(viewer_id=users["alice"].pk)

    viewer = viewer_read(viewer_id=users["alice"].pk, version_id=current().model_version_id, now=timezone.now())
    gone = {video.title: set(video.tags) for video in catalogue if video.pk in set(viewer.removed["video_id"].tolist())}
    wanted = {video.title for video in catalogue if FOOTBALL & set(video.tags)}
    assert wanted <= set(gone)
    assert all(any("football" in tag or tag == "soccer" for tag in tags) for tags in gone.values()), gone


def test_what_was_never_checked_is_not_shown_against_never(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "football", direction="less", hard=True)])
    pool_refresh(viewer_id=users["alice"].pk)

    new = put([Clip("The newest goal of all", ("football",), "new.creator", "a football match", days_ago=0.0)])

    assert new[0].pk not in {card["video_id"] for card in cards(client, count=50)}


@pytest.mark.parametrize(
    ("phrase", "tags"),
    [
        ("rain", {"rain", "rainy", "thunderstorm", "storm"}),
        ("Paris", {"paris", "france"}),
        ("oddly satisfying videos", {"oddly satisfying", "satisfying"}),
        ("the ocean", {"ocean", "sea"}),
        ("basketball", {"basketball"}),
    ],
)
def test_more_of_a_thing_gives_it_while_it_lasts(
    client: Client, users: dict, catalogue: list[Video], wish: Wish, phrase: str, tags: set[str]
) -> None:
    client.force_login(users["alice"])
    num_there = sum(bool(tags & set(video.tags)) for video in catalogue)
    wish(users["alice"], [steer("s1", phrase)])
    pool_refresh(viewer_id=users["alice"].pk)

    shown = cards(client)

    assert about(shown, tags) >= min(6, num_there), [(card["title"], card["tags"]) for card in shown]


def test_when_a_topic_is_used_up_other_things_come_not_repeats(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "basketball")])
    pool_refresh(viewer_id=users["alice"].pk)

    shown: list[dict[str, Any]] = []
    for _ in range(4):
        page = cards(client)
        see(client, page)
        shown += page

    assert len({card["video_id"] for card in shown}) == 40
    num_there = sum("basketball" in video.tags for video in catalogue)
    assert num_there < 20
    assert about(shown, {"basketball"}) == num_there  # all there are, and then something else


def test_several_wishes_share_and_the_latest_weighs_most(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "ocean", message_id=1), steer("s2", "Paris", message_id=2)])
    pool_refresh(viewer_id=users["alice"].pk)

    by_steer = [card["reason"]["steer_id"] for card in cards(client)]

    assert by_steer.count("s2") == 6
    assert by_steer.count("s1") == 2


def test_wishes_of_one_message_share_evenly(client: Client, users: dict, catalogue: list[Video], wish: Wish) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "ocean"), steer("s2", "Paris")])
    pool_refresh(viewer_id=users["alice"].pk)

    by_steer = [card["reason"]["steer_id"] for card in cards(client)]

    assert by_steer.count("s1") == by_steer.count("s2") == 4


def test_less_of_a_thing_pushes_it_down_but_does_not_forbid_it(
    client: Client, users: dict, wish: Wish, catalogue: list[Video]
) -> None:
    client.force_login(users["alice"])
    num_sea = sum(bool({"ocean", "sea"} & set(video.tags)) for video in catalogue)
    wish(users["alice"], [steer("s1", "the sea", direction="less", strength=0.9)])
    pool_refresh(viewer_id=users["alice"].pk)

    shown = cards(client, count=50)

    assert num_sea > 10
    assert about(shown, {"ocean", "sea"}) <= 2


def test_taking_a_wish_back_restores_the_former_feed_exactly(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    kept = [steer("s1", "ocean", message_id=1), steer("s2", "football", direction="less", hard=True, message_id=2)]
    wish(users["alice"], kept)
    pool_refresh(viewer_id=users["alice"].pk)
    before = cards(client, count=50)
    wish(users["alice"], [*kept, steer("s3", "Paris", message_id=3)])
    pool_refresh(viewer_id=users["alice"].pk)
    between = cards(client, count=50)

    wish(users["alice"], kept)
    pool_refresh(viewer_id=users["alice"].pk)

    assert cards(client, count=50) == before
    assert between != before


def test_a_removed_wish_is_gone_before_the_pool_is_built_again(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "Paris")])
    pool_refresh(viewer_id=users["alice"].pk)
    assert about(cards(client), {"paris"}) >= 6

    wish(users["alice"], [])

    assert all(card["reason"]["source"] != "steer" for card in cards(client))


@pytest.mark.parametrize("change", [{"paused": True}, {"expires_at": "2020-01-01T00:00:00+00:00"}])
def test_a_paused_or_expired_wish_holds_nothing(
    client: Client, users: dict, catalogue: list[Video], wish: Wish, change: dict[str, Any]
) -> None:
    client.force_login(users["alice"])
    before = cards(client, count=30)
    wish(users["alice"], [steer("s1", "Paris", **change), steer("s2", "ocean", direction="less", hard=True, **change)])

    pool_refresh(viewer_id=users["alice"].pk)

    assert cards(client, count=30) == before


def test_removing_a_cause_moves_its_cards(client: Client, users: dict, catalogue: list[Video], wish: Wish) -> None:
    client.force_login(users["alice"])
    steers = [steer("s1", "ocean", message_id=1), steer("s2", "Paris", message_id=1), steer("s3", "rain", message_id=1)]
    wish(users["alice"], steers)
    pool_refresh(viewer_id=users["alice"].pk)
    shown = cards(client, count=50)
    moved = total = 0

    for cause in steers:
        caused = {c["video_id"]: c["position"] for c in shown if c["reason"]["steer_id"] == cause["id"]}
        wish(users["alice"], [other for other in steers if other is not cause])
        pool_refresh(viewer_id=users["alice"].pk)
        after = {card["video_id"]: card["position"] for card in cards(client, count=50)}
        moved += sum(after.get(video_id) != position for video_id, position in caused.items())
        total += len(caused)

    assert total >= 30
    assert moved / total >= 0.95


def test_surprise_me_loosens_the_steering(client: Client, users: dict, catalogue: list[Video], wish: Wish) -> None:
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "ocean")], explore=0.1)
    pool_refresh(viewer_id=users["alice"].pk)
    narrow = [card["reason"]["source"] for card in cards(client)]

    wish(users["alice"], [steer("s1", "ocean")], explore=0.6)
    pool_refresh(viewer_id=users["alice"].pk)

    wide = [card["reason"]["source"] for card in cards(client)]
    assert narrow.count("steer") == 8
    assert wide.count("steer") < 5 <= wide.count("explore")


def test_the_reply_reads_what_a_steer_found(users: dict, catalogue: list[Video], wish: Wish) -> None:
    wish(users["alice"], [steer("s1", "Paris"), steer("s2", "football", direction="less"), steer("s3", "zzyzx")])
    pool_refresh(viewer_id=users["alice"].pk)

    facts = steer_facts(users["alice"].pk, ["s3", "s1", "s2", "unknown"])

    num_paris = sum("paris" in video.tags for video in catalogue)
    assert [(fact["steer_id"], fact["num_matches"] >= num_paris, len(fact["titles"])) for fact in facts] == [
        ("s3", False, 0),
        ("s1", True, 3),
    ]
    assert all("paris" in Video.objects.get(title=title).tags for title in facts[1]["titles"])


def test_an_older_job_does_not_overwrite_a_newer_pool(users: dict, catalogue: list[Video], wish: Wish) -> None:
    wish(users["alice"], [steer("s1", "Paris")])
    pool_refresh(viewer_id=users["alice"].pk)
    ViewerPool.objects.update(intent_version=9)
    newer = ViewerPool.objects.get()

    pool_refresh(viewer_id=users["alice"].pk)

    assert ViewerPool.objects.get().payload == newer.payload
    assert ViewerPool.objects.get().intent_version == 9


def test_one_viewers_wishes_leave_anothers_feed_alone(
    client: Client, users: dict, catalogue: list[Video], wish: Wish
) -> None:
    client.force_login(users["bob"])
    before = cards(client, count=30)

    wish(users["alice"], [steer("s1", "Paris"), steer("s2", "football", direction="less", hard=True)])
    pool_refresh(viewer_id=users["alice"].pk)

    assert cards(client, count=30) == before


def test_two_statements_make_a_slate(
    users: dict, catalogue: list[Video], wish: Wish, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feed.slates import slate_create

    wish(users["alice"], [steer(f"s{n}", tag) for n, tag in enumerate(["ocean", "rain", "Paris", "space", "food"])])
    pool_refresh(viewer_id=users["alice"].pk)
    for kept in ("feed.features.MAX_AGE_S", "feed.experiments.active.MAX_AGE_S", "feed.rankers.MAX_AGE_S"):
        monkeypatch.setattr(kept, 3600.0)
    slate_create(
        viewer_id=users["alice"].pk, count=10, exclude=[]
    )  # the process reads what it keeps, the connection plans

    with django_assert_num_queries(2):
        slate = slate_create(viewer_id=users["alice"].pk, count=10, exclude=[])

    assert len(slate.cards) == 10
