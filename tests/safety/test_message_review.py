"""A message before moderators: what they see, and that refusing it takes back what it did, exactly."""

import pytest

from chat.selectors import intent_document
from safety.services import decision_make, decision_undo, job_claim, review_request
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


def _decide(users, message_id, action):
    review_request(target_kind="message", target_id=message_id, hazards=["hate"], p_unsafe=0.6)
    job = job_claim(moderator_id=users["mona"].pk)
    return decision_make(
        job_id=job.pk, fencing_token=job.fencing_token, moderator_id=users["mona"].pk, action=action, note=""
    )


def test_a_moderator_sees_the_words_who_said_them_and_the_answer(users):
    message_id = send(users["alice"], "more ramen please")
    complete(message_id, "ramen")

    view = target_of("message").describe(message_id)

    assert (view.title, view.text) == ("Message of alice", "more ramen please")
    assert view.detail == {"state": "answered", "answer": "More ramen."}
    assert target_of("message").describe(10**9) is None


@pytest.mark.parametrize(("action", "is_paused"), [("approve", False), ("restrict", True), ("remove", True)])
def test_a_refused_message_steers_nothing_any_more_and_undo_restores_it(users, action, is_paused):
    complete(send(users["alice"]), "tigers")
    message_id = send(users["alice"])
    complete(message_id, "ramen")

    decision = _decide(users, message_id, action)

    assert _paused(users["alice"]) == {"tigers": False, "ramen": is_paused}
    decision_undo(decision_id=decision.pk, moderator_id=users["mona"].pk)
    assert _paused(users["alice"]) == {"tigers": False, "ramen": False}


def test_another_viewer_is_left_alone(users):
    complete(send(users["bob"]), "ramen")
    message_id = send(users["alice"])
    complete(message_id, "ramen")

    _decide(users, message_id, "remove")

    assert (_paused(users["alice"]), _paused(users["bob"])) == ({"ramen": True}, {"ramen": False})
