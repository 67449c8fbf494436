"""Figures of the feed from rows whose answers are known by hand."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from chat.models import IntentVersion
from feed.insights import adherence, coverage, received_by_source, source_shares
from feed.models import Engagement, Slate
from vision.models import Video
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = {"since": NOON, "until": NOON + timedelta(days=1)}
HOUR = timedelta(hours=1)


@pytest.fixture()
def videos() -> list[int]:
    rows = [
        Video(title=f"clip {i}", source="import", state="ready", visibility="approved", duration_s=10)
        for i in range(10)
    ]
    return [video.pk for video in Video.objects.bulk_create(rows)]


def viewer(number=0):
    return User.objects.get_or_create(username=f"viewer{number}", defaults={"password": "!"})[0]


def slate(cards, *, by=0, after_s=0.0, version=0, steer_id="s1"):
    """Serve (source, video) cards `after_s` after noon; steered ones carry `steer_id`."""
    made = [
        {"video_id": video, "reason": {"source": source, "steer_id": steer_id if source == "steer" else None}}
        for source, video in cards
    ]
    at = NOON + timedelta(seconds=after_s)
    return Slate.objects.create(viewer=viewer(by), cards=made, intent_version=version, created_at=at)


def engage(slate, video, kind, value=None, after_s=0.0):
    at = NOON + timedelta(seconds=after_s)
    row = Engagement.objects.create(
        viewer=slate.viewer,
        video_id=video,
        kind=kind,
        value=value,
        client_uuid=uuid.uuid4(),
        slate=slate,
        happened_at=at,
    )
    Engagement.objects.filter(pk=row.pk).update(created_at=at)


def said(steers, *, by=0, version=1, after_s=0.0, cause="chat"):
    """Write a version of a viewer's document with (id, direction) steers."""
    document = {"steers": [{"id": steer_id, "direction": direction} for steer_id, direction in steers]}
    row = IntentVersion.objects.create(viewer=viewer(by), version=version, document=document, cause=cause)
    IntentVersion.objects.filter(pk=row.pk).update(created_at=NOON + timedelta(seconds=after_s))


def test_shares_count_cards_by_source_and_hour(videos):
    slate([("steer", videos[0]), ("steer", videos[1]), ("fresh", videos[2])])
    slate([("popular", videos[3])], after_s=3700)
    slate([("explore", videos[4])], after_s=-1)

    shares = source_shares(**DAY, bucket=HOUR)

    assert shares.one_in == 1
    assert shares.counts[None] == {"steer": 2, "fresh": 1, "popular": 1}
    assert shares.counts[NOON] == {"steer": 2, "fresh": 1} and shares.counts[NOON + HOUR] == {"popular": 1}


def test_of_many_slates_a_sample_is_read_that_favours_none(videos, monkeypatch):
    monkeypatch.setattr("feed.insights.MAX_SLATES", 50)
    for number in range(200):
        slate([("fresh" if number % 2 else "steer", videos[0])], after_s=number)

    shares = source_shares(**DAY, bucket=HOUR)

    counts = shares.counts[None]
    assert shares.one_in == 4
    assert 20 <= sum(counts.values()) <= 85 and min(counts.values()) >= 5  # of 50 expected: five sigma


def test_a_source_is_received_as_its_cards_were(videos):
    seen = slate([("steer", videos[0]), ("fresh", videos[1])])
    engage(seen, videos[0], "watch", 5.0)
    engage(seen, videos[0], "watch", 3.0)
    engage(seen, videos[0], "like")
    engage(seen, videos[1], "impression")
    engage(seen, videos[1], "like", after_s=1)
    engage(seen, videos[1], "unlike", after_s=2)

    fresh, steered = sorted(received_by_source(**DAY), key=lambda one: one.source)

    assert (steered.num_cards, steered.watched.value, steered.liked.value) == (1, 0.5, 1.0)
    assert (fresh.num_cards, fresh.watched.value, fresh.liked.value) == (1, 0.0, 0.0)
    assert steered.liked.interval is None  # one viewer


def test_an_interval_takes_viewers_as_units(videos):
    """Ten viewers of two cards: five like both, five none. Taken as twenty cards the interval would be narrower by sqrt(2)."""
    for number in range(10):
        seen = slate([("fresh", videos[0]), ("fresh", videos[1])], by=number)
        for video in videos[:2]:
            engage(seen, video, "like" if number < 5 else "impression")

    (fresh,) = received_by_source(**DAY)

    assert fresh.num_viewers == 10 and fresh.liked.value == 0.5
    low, high = fresh.liked.interval
    assert high - 0.5 == pytest.approx(0.5 - low) == pytest.approx(1.96 * (10 * 1.0 * 10 / 9) ** 0.5 / 20)


def test_adherence_reads_the_first_slate_after_the_wish(videos):
    slate([("fresh", videos[0])] * 10, after_s=-5)
    said([("s1", "more")], after_s=0)
    slate([("fresh", videos[0])] * 10, after_s=1, version=0)  # asked for before the words were known
    slate([("steer", videos[0])] * 6 + [("fresh", videos[1])] * 4 + [("fresh", videos[2])] * 10, after_s=2, version=1)
    slate([("fresh", videos[0])] * 10, after_s=3, version=1)

    whole, hour = adherence(**DAY, bucket=HOUR)

    assert (whole.at, whole.num_wishes, whole.share) == (None, 1, pytest.approx(0.6))
    assert hour.at == NOON


def test_adherence_counts_only_what_is_new_and_wanted(videos):
    said([("old", "more")], version=1, after_s=-100)
    said([("old", "more"), ("s1", "more"), ("no", "less")], version=2, after_s=0)
    said([("s1", "more")], version=3, after_s=50)  # nothing new
    said([("hand", "more")], version=4, after_s=60, cause="edit")
    slate([("steer", videos[0])], after_s=1, version=2, steer_id="old")
    slate([("steer", videos[0])], after_s=70, version=4, steer_id="hand")

    whole, _ = adherence(**DAY, bucket=HOUR)

    assert (whole.num_wishes, whole.share) == (1, 0.0)  # the slate carried an older wish


def test_the_interval_of_adherence_is_over_wishes(videos):
    for number, source in enumerate(["steer", "steer", "fresh", "fresh"]):
        said([("s1", "more")], by=number)
        slate([(source, videos[0])], by=number, after_s=1, version=1)

    whole, _ = adherence(**DAY, bucket=HOUR)

    assert whole.share == 0.5 and whole.half_width == pytest.approx(1.96 * (1 / 3) ** 0.5 / 2)


def test_a_wish_after_which_nobody_asked_for_cards_says_nothing(videos):
    said([("s1", "more")])

    assert adherence(**DAY, bucket=HOUR) == []


def test_coverage_counts_what_was_on_a_screen(videos):
    seen = slate([("fresh", video) for video in videos])
    for _ in range(3):
        engage(seen, videos[0], "impression")
    engage(seen, videos[1], "impression")
    engage(seen, videos[2], "like")
    engage(seen, videos[3], "impression", after_s=-1)

    found = coverage(**DAY)

    assert (found.num_videos, found.num_shown, found.num_impressions) == (10, 2, 4)
    # Ten videos, 0 x 8, 1, 3: Gini = sum((2 i - 11) x_i) / (10 * 4) = (7 * 1 + 9 * 3) / 40... by places 9 and 10
    assert found.gini == pytest.approx((7 * 1 + 9 * 3) / 40)
    assert found.top_tenth == pytest.approx(0.75)


def test_alike_is_no_inequality_and_nothing_shown_has_none(videos):
    nothing = coverage(**DAY)
    seen = slate([("fresh", video) for video in videos])
    for video in videos:
        engage(seen, video, "impression")

    alike = coverage(**DAY)

    assert nothing.gini is None and nothing.num_videos == 10
    assert alike.gini == pytest.approx(0) and alike.num_shown == 10
