"""Whatever file somebody brings: it ends in a stated state after one attempt, within the limits, and touches nothing else.

TILLER_MUTANTS says how many mutants are tried (500 for the figure in LOG.md).
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.vision.hostile_files import HOSTILE
from tests.vision.mutants import mutant, parents
from tests.vision.odd_films import ODD
from vision import media, services
from vision.decode import frames_at
from vision.ingest import ingest
from vision.models import Video, VideoSource, VideoState
from vision.sandbox import PROJECT_DIR, Refused
from vision.transcode import transcode_file

NUM_MUTANTS = int(os.environ.get("TILLER_MUTANTS", "18"))
# Whole films with something beside them, or a header that the stream itself puts right: players show them, and so do we.
SHOWN = {
    "film-and-archive.mp4",
    "film-and-page.mp4",
    "says-16000-wide.mp4",
    "says-nothing-wide.mp4",
    "no-timescale.mp4",
    "endless-timescale.mp4",
    "billions-in-one-time.mp4",
    "chunks-from-nowhere.mp4",
    "data-at-an-address.mov",
    "black-4k.mp4",
    "grows-in-the-middle.mkv",
    "a-hundred-sounds.mkv",
    "a-book-of-words.mkv",
}


def brought(path: Path) -> Video:
    """Bring a file as an import does, and ingest it once."""
    content_hash = media.quarantine_store(media.file_chunks(path), max_bytes=1 << 30)
    video, _ = services.video_create(
        source=VideoSource.IMPORT, title=path.stem, source_name=path.name, content_hash=content_hash
    )
    ingest(video_id=video.pk)
    return Video.objects.get(pk=video.pk)


def is_within_limits(video: Video) -> bool:
    long, short = max(video.width_px or 0, video.height_px or 0), min(video.width_px or 0, video.height_px or 0)
    return 0 < (video.duration_s or 0) <= 60.5 and long <= 1280 and short <= 720


@pytest.mark.django_db
def test_every_hostile_file_ends_in_a_stated_state_after_one_attempt(tmp_path: Path) -> None:
    ended = {}

    for name, recipe in HOSTILE.items():
        recipe(tmp_path / name)
        ended[name] = brought(tmp_path / name)

    assert len(ended) >= 60
    assert {name: video.attempts for name, video in ended.items() if video.attempts != 1} == {}
    assert {name for name, video in ended.items() if video.state == VideoState.READY} == SHOWN
    assert all(is_within_limits(ended[name]) for name in SHOWN)
    failed = {name: video for name, video in ended.items() if name not in SHOWN}
    assert {name: v.state for name, v in failed.items() if v.state != VideoState.FAILED} == {}
    assert {name: v.failure_reason for name, v in failed.items() if len(v.failure_reason) < 10} == {}
    assert not any(str(tmp_path) in v.failure_reason or "/etc/" in v.failure_reason for v in failed.values())


def test_mutants_are_shown_or_refused_with_a_reason(tmp_path: Path) -> None:
    films, draft, poster = parents(tmp_path), tmp_path / "draft.mp4", tmp_path / "poster.jpg"
    num_shown = 0

    for number in range(NUM_MUTANTS):
        parent = films[number % len(films)]
        path = tmp_path / f"mutant-{number}{parent.suffix}"
        path.write_bytes(mutant(parent, number))
        try:
            clip = transcode_file(path, draft, poster)
        except Refused as refused:
            assert 5 < len(str(refused)) < 300, number
        else:
            num_shown += 1
            assert clip.num_frames >= 1, number
            assert clip.duration_s <= 60.5, number

    assert 0 < num_shown < NUM_MUTANTS


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_but_legal_is_shown_upright(tmp_path: Path, name: str) -> None:
    ODD[name](tmp_path / name)

    clip = transcode_file(tmp_path / name, tmp_path / "out.mp4", tmp_path / "out.jpg")

    picture = frames_at(tmp_path / "out.mp4", [0.0])[0].astype(int)
    assert picture.shape[:2] == (clip.height_px, clip.width_px)
    redness = picture[..., 0] - picture[..., 1] - picture[..., 2]
    middle, center = clip.height_px // 2, clip.width_px // 2
    corners = [
        part.mean() for half in (redness[:middle], redness[middle:]) for part in np.split(half, [center], axis=1)
    ]
    assert corners[0] > 60 > 2 * max(corners[1:])


TRY_TO_CALL = """
import socket, sys
from vision.sandbox import confine
confine(cpu_s=5, written_bytes=1)
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=3)
except OSError as error:
    print("refused", error)
else:
    print("connected")
"""


def test_the_process_that_reads_a_file_reaches_no_network() -> None:
    if subprocess.run(["unshare", "-rn", "true"], check=False).returncode:
        pytest.skip("this kernel gives no network namespaces")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        said = subprocess.run(
            [sys.executable, "-c", TRY_TO_CALL, str(port)], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
        )

    assert said.stdout.startswith("refused")


TRY_TO_FILL = """
from vision.sandbox import confine
confine(cpu_s=5, written_bytes=1)
try:
    filled = bytearray(1 << 30)
except MemoryError:
    print("refused")
"""


def test_the_process_that_reads_a_file_has_a_gibibyte() -> None:
    said = subprocess.run(
        [sys.executable, "-c", TRY_TO_FILL], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )

    assert said.stdout == "refused\n"
