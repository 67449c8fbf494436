"""`manage.py simulate` on the real services: what it leaves in the database, and what `--clean` leaves."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from chat.models import IntentVersion, Message
from feed import features
from feed.experiments.models import Experiment, State
from feed.models import Engagement, RankerVersion, Slate, VideoStats, ViewerPool, ViewerVector
from feed.u2i_selectors import held_back_viewers
from tests.feed.catalogue import demo_clips, put
from workers.simulation.people import people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _catalogue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(features, "MAX_AGE_S", 0.5)
    put(demo_clips()[:150])


def test_a_run_leaves_logs_that_models_can_learn_from(users: dict) -> None:
    call_command("simulate", viewers=4, rounds=3, seed=2)

    assert Slate.objects.count() == 12
    impressions = Engagement.objects.filter(kind="impression")
    assert 40 <= impressions.count() <= 120
    assert not impressions.filter(slate=None).exists()
    assert set(impressions.values_list("position", flat=True)) == set(range(10))
    assert ViewerVector.objects.filter(viewer__in=people(), num_engagements__gt=0).exists()
    assert set(Slate.objects.values_list("viewer", flat=True)) == set(people().values_list("pk", flat=True))


def test_who_is_held_back_is_never_fed_by_what_they_liked(users: dict) -> None:
    call_command("simulate", viewers=10, rounds=3, seed=2, held_back=0.5)

    unfed = set(held_back_viewers())
    sources: dict[bool, set[str]] = {True: set(), False: set()}
    for slate in Slate.objects.all():
        sources[slate.viewer_id in unfed] |= {card["reason"]["source"] for card in slate.cards}
    assert "similar" in sources[False]
    assert "explore" in sources[True] <= {"explore", "steer"}
    assert Experiment.objects.get().state == State.STOPPED


def test_wishes_reach_the_pools(users: dict) -> None:
    call_command("simulate", viewers=10, rounds=5, seed=2)

    assert IntentVersion.objects.filter(cause="chat").exists()
    steered = [card for slate in Slate.objects.all() for card in slate.cards if card["reason"]["source"] == "steer"]
    assert steered
    assert ViewerPool.objects.filter(viewer__in=people()).exists()


def test_one_command_trains_the_first_models_and_says_what_their_gates_say(users: dict) -> None:
    out = StringIO()

    call_command("simulate", viewers=12, rounds=8, seed=2, train=True, stdout=out)

    u2i, ranker = out.getvalue().split("manage.py train_ranker")
    assert "What serves stays: too few engagements" in u2i, "twelve viewers say nothing of what others will like"
    released = [version.slug for version in RankerVersion.objects.filter(state="serving")]
    assert RankerVersion.objects.count() == 1
    assert f"{released[0]} orders the feed" in ranker if released else "What serves stays: ranker" in ranker


def test_clean_takes_the_simulated_away_and_leaves_the_others(users: dict) -> None:
    call_command("simulate", viewers=3, rounds=2, seed=2)
    assert VideoStats.objects.filter(num_impressions__gt=0).exists()

    call_command("simulate", clean=True)

    assert get_user_model().objects.count() == len(users)
    assert not Engagement.objects.exists()
    assert not VideoStats.objects.filter(num_impressions__gt=0).exists()


def test_an_installation_that_is_not_a_trial_is_left_alone(settings: Any) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--yes"):
        call_command("simulate", viewers=2, rounds=1)

    assert not people().exists()
    assert not Message.objects.exists()
