"""What an author is told and may do: reasons in plain words, an appeal, and what a suspension denies."""

import uuid

import pytest

from safety.errors import SafetyRefused
from safety.models import Appeal, Decision, Sanction
from safety.services.jobs import review_request
from vision.models import Video

pytestmark = pytest.mark.django_db


@pytest.fixture()
def upload(users, settings):
    """Bob's clip, ready and waiting for a moderator."""
    settings.SAFETY_SECOND_REVIEW_SHARE = 0.0
    video = Video.objects.create(
        title="Bob's rant", source="upload", state="ready", uploader=users["bob"], content_hash="b" * 64
    )
    review_request(target_kind="video", target_id=video.pk, hazards=["hate"], p_unsafe=0.7)
    return video


def _page(client, user):
    client.force_login(user)
    return client.get("/uploads").content.decode()


def _appeal(client, decision):
    body = {"decision_id": decision.pk, "text": "It is about my own people."}
    return client.post("/api/safety/appeals", body, "application/json")


def test_the_page_says_what_happened_why_and_offers_an_appeal(users, client, upload, decide):
    waiting = _page(client, users["bob"])
    decide(users["mona"], upload.pk, "remove", note="see the slur at 0:03")
    removed = _page(client, users["bob"])
    sent = _appeal(client, Decision.objects.get())
    appealed = _page(client, users["bob"])
    decide(users["ada"], upload.pk, "approve")
    granted = _page(client, users["bob"])

    assert "A moderator looks at it before others can see it." in waiting and "Appeal</summary>" not in waiting
    assert (
        "Removed: nobody can see it. It attacks people for who they are." in removed and "Appeal</summary>" in removed
    )
    assert "slur" not in removed and "mona" not in removed
    assert sent.status_code == 201 and "Somebody else than the first moderator" in appealed
    assert "Everybody can see it." in granted
    assert Appeal.objects.get().state == "granted"


def test_others_see_nothing_of_it_and_cannot_appeal(users, client, upload, decide):
    decide(users["mona"], upload.pk, "remove")

    page = _page(client, users["alice"])

    assert "Bob&#x27;s rant" not in page
    assert _appeal(client, Decision.objects.get()).status_code == 409


def test_a_suspended_account_cannot_upload_or_chat_and_sees_why_and_until_when(users, client, upload, decide):
    decide(users["mona"], upload.pk, "remove", measures=("suspend",), suspend_days=3)
    client.force_login(users["bob"])

    said = client.post("/api/chat/messages", {"client_uuid": str(uuid.uuid4()), "text": "hello"}, "application/json")
    from django.core.files.uploadedfile import SimpleUploadedFile

    clip = SimpleUploadedFile("clip.mp4", b"bytes", content_type="video/mp4")
    brought = client.post("/api/videos/uploads", {"file": clip, "title": "Another"})

    assert (said.status_code, brought.status_code) == (403, 403)
    for words in (said.json()["detail"], brought.json()["detail"], client.get("/upload").content.decode()):
        assert "suspended until" in words and "It attacks people for who they are." in words
    assert "Your account is suspended until" in _page(client, users["bob"])
    assert Video.objects.count() == 1


def test_who_is_not_suspended_can_chat(users, client, upload, decide):
    decide(users["mona"], upload.pk, "remove", measures=("warn",))
    client.force_login(users["bob"])

    said = client.post("/api/chat/messages", {"client_uuid": str(uuid.uuid4()), "text": "hello"}, "application/json")

    assert said.status_code == 202
    assert "A moderator warned you" in _page(client, users["bob"])


def test_nobody_is_sanctioned_for_what_is_approved(users, upload, decide):
    with pytest.raises(SafetyRefused, match="no reason to warn or suspend"):
        decide(users["mona"], upload.pk, "approve", measures=("warn",))

    assert not Sanction.objects.exists() and not Decision.objects.exists()
