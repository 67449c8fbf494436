"""A message before moderators: what they see, and that refusing it takes back what it did, exactly."""

import pytest

from chat.selectors import intent_document
from safety.services.decisions import batch_undo
from safety.services.jobs import review_request
from safety.targets import target_of
from tests.chat.conftest import make_users
from tests.chat.driving import complete, send


@pytest.fixture()
def users(db):
    """Two viewers and a moderator, without passwords."""
    from webapp.accounts.models import User

    return {**make_users(), "mona": User.objects.create(username="mona", password="!", role="moderator")}


pytestmark = pytest.mark.django_db


def _paused(viewer) -> dict[str, bool]:
    return {steer["phrase"]: steer["paused"] for steer in intent_document(viewer_id=viewer.pk)["steers"]}


def _ask(message_id):
    review_request(target_kind="message", target_id=message_id, hazards=["hate"], p_unsafe=0.6)


def test_a_moderator_sees_the_words_among_the_turns_around_them(users):
    complete(send(users["alice"], "something with tigers"), "tigers")
    complete(send(users["bob"], "not hers"), "ramen")
    message_id = send(users["alice"], "more ramen please")
    complete(message_id, "ramen")

    view = target_of("message").describe(message_id)

    said = [(turn.author, turn.text, turn.is_target) for turn in view.turns]
    assert said == [
        ("viewer", "something with tigers", False),
        ("tiller", "More tigers.", False),
        ("viewer", "more ramen please", True),
        ("tiller", "More ramen.", False),
    ]
    assert (view.title, view.detail) == ("more ramen please", {"state": "answered"})
    assert target_of("message").describe(10**9) is None


@pytest.mark.parametrize(("action", "is_paused"), [("approve", False), ("remove", True)])
def test_a_refused_message_steers_nothing_any_more_and_undo_restores_it(users, decide, settings, action, is_paused):
    settings.SAFETY_SECOND_REVIEW_SHARE = 0.0
    complete(send(users["alice"]), "tigers")
    message_id = send(users["alice"])
    complete(message_id, "ramen")

    _ask(message_id)
    batch = decide(users["mona"], message_id, action)

    assert _paused(users["alice"]) == {"tigers": False, "ramen": is_paused}
    batch_undo(batch=batch, moderator_id=users["mona"].pk)
    assert _paused(users["alice"]) == {"tigers": False, "ramen": False}


def test_another_viewer_is_left_alone(users, decide):
    complete(send(users["bob"]), "ramen")
    message_id = send(users["alice"])
    complete(message_id, "ramen")

    _ask(message_id)
    decide(users["mona"], message_id, "remove")

    assert (_paused(users["alice"]), _paused(users["bob"])) == ({"ramen": True}, {"ramen": False})
