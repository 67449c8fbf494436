"""An upload is taken into quarantine, followed by its owner, and refused with words."""

import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.vision.films import write_film
from vision import media
from vision.ingest import ingest
from vision.models import Video
from workers import dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the ids that are sent to the workers."""
    ids: list[int] = []
    monkeypatch.setattr(dispatch, "ingest", lambda *, video_id: ids.append(video_id) or True)
    return ids


@pytest.fixture()
def alice(users: dict) -> Client:
    client = Client()
    client.force_login(users["alice"])
    return client


def upload(client: Client, data: bytes, **fields: str):
    form = {"title": "My clip", "tags": "sea, #Waves", **fields}
    return client.post("/api/videos/uploads", {**form, "file": SimpleUploadedFile("clip.mp4", data, "video/mp4")})


def test_an_upload_is_queued_once_its_row_is_there(
    alice: Client, sent: list[int], django_capture_on_commit_callbacks
) -> None:
    data = uuid.uuid4().bytes
    with django_capture_on_commit_callbacks(execute=True):
        reply = upload(alice, data)

    video = Video.objects.get(pk=reply.json()["video_id"])
    assert reply.status_code == 202
    assert sent == [video.pk]
    assert (video.title, video.tags, video.creator) == ("My clip", ["sea", "waves"], "alice")
    assert media.quarantined(video.content_hash).read_bytes() == data


def test_the_same_file_twice_is_one_video(alice: Client) -> None:
    data = uuid.uuid4().bytes

    first, second = upload(alice, data), upload(alice, data)

    assert first.json() == second.json()
    assert Video.objects.count() == 1


def test_somebody_elses_file_is_refused(alice: Client, users: dict) -> None:
    data = uuid.uuid4().bytes
    upload(alice, data)
    bob = Client()
    bob.force_login(users["bob"])

    reply = upload(bob, data)

    assert (reply.status_code, reply.json()["detail"]) == (409, "This video is in the catalogue already.")


@pytest.mark.parametrize(
    ("data", "title", "words"), [(b"", "Empty", "empty"), (b"x", "  ", "title"), (b"x", "\x00", "title")]
)
def test_an_upload_without_substance_is_refused(alice: Client, data: bytes, title: str, words: str) -> None:
    reply = upload(alice, data, title=title)

    assert reply.status_code == 422
    assert words in str(reply.json()["detail"]).lower()
    assert not Video.objects.exists()


def test_too_many_bytes_leave_nothing_behind(alice: Client, settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    before = set(media.quarantine_dir().iterdir())

    reply = upload(alice, b"x" * 1001)

    assert reply.status_code == 413
    assert set(media.quarantine_dir().iterdir()) == before
    assert not Video.objects.exists()


def test_strangers_upload_nothing() -> None:
    assert upload(Client(), b"x").status_code in {401, 403}
    assert not Video.objects.exists()


def test_the_owner_follows_it_and_others_do_not_see_it(alice: Client, users: dict, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", width_px=172, num_frames=6)
    video_id = upload(alice, film.read_bytes(), title="Waves").json()["video_id"]
    bob = Client()
    bob.force_login(users["bob"])
    assert alice.get(f"/api/videos/{video_id}/status").json()["state"] == "queued"

    ingest(video_id=video_id)

    status = alice.get(f"/api/videos/{video_id}/status").json()
    assert (status["state"], status["progress"]) == ("ready", 1.0)
    assert bob.get(f"/api/videos/{video_id}/status").status_code == 404


def test_progress_counts_the_catalogue(alice: Client) -> None:
    upload(alice, uuid.uuid4().bytes)

    progress = alice.get("/api/videos/progress").json()

    assert (progress["total"], progress["queued"], progress["ready"]) == (1, 1, 0)
    assert progress["source_counts"] == {"demo": 0, "import": 0, "upload": 1}
