"""A folder of files becomes a catalogue: the good are taken, the bad get a reason, what is there already is skipped."""

import csv
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.vision.films import write_film
from vision import pool
from vision.ingest import ingest
from vision.models import Video, VideoState, Visibility

pytestmark = pytest.mark.django_db

REAL_CLIPS = settings.BASE_DIR.parent / "shared" / "data" / "clips"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingest in the test's own transaction: other processes would not see its rows."""

    def ingest_here(*, video_ids, num_processes, on_done) -> None:
        for video_id in video_ids:
            ingest(video_id=video_id)
            on_done(video_id)

    monkeypatch.setattr("vision.management.commands.import_videos.ingest_here", ingest_here)


def import_folder(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    call_command("import_videos", str(folder), *arguments)
    return " ".join(capsys.readouterr().out.replace("│", " ").split())


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    (folder / "deep").mkdir(parents=True)
    seed = 2 * (50 + abs(hash(tmp_path.name)) % 50)
    write_film(folder / "red_kite.mp4", width_px=seed)
    write_film(folder / "deep" / "swan.mov", width_px=seed + 2)
    (folder / "notes.mp4").write_text(f"only words {seed}")
    return folder


def test_good_files_are_taken_and_a_bad_one_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = import_folder(folder, capsys)

    assert "accepted 2" in table
    assert "notes.mp4: not a video: a text file" in table
    taken = Video.objects.filter(state=VideoState.READY).order_by("source_name")
    assert [(video.source_name, video.title) for video in taken] == [
        ("deep/swan.mov", "swan"),
        ("red_kite.mp4", "red kite"),
    ]


def test_a_second_import_skips_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_folder(folder, capsys)
    before = set(Video.objects.filter(state=VideoState.READY).values_list("id", "fencing_token"))
    (folder / "notes.mp4").unlink()
    shutil.copy(folder / "red_kite.mp4", folder / "renamed.mp4")

    table = import_folder(folder, capsys)

    assert "skipped (already there) 3" in table
    assert set(Video.objects.filter(state=VideoState.READY).values_list("id", "fencing_token")) == before


def test_the_manifest_names_titles_and_tags(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "title", "tags", "creator", "published_at"])
        rows.writerow(["red_kite.mp4", "A kite over the hill", "kite, wind", "Ada", "2026-02-03"])
        rows.writerow(["../secret.mp4", "Outside", "", "", ""])
        rows.writerow(["missing.mp4", "", "", "", "yesterday"])

    table = import_folder(folder, capsys, "--manifest", str(manifest))

    video = Video.objects.get(state=VideoState.READY)
    assert (video.title, video.tags, video.creator) == ("A kite over the hill", ["kite", "wind"], "Ada")
    assert video.published_at.isoformat() == "2026-02-03T00:00:00+00:00"
    assert "../secret.mp4: outside of the folder" in table
    assert "missing.mp4: No such file or directory" in table


def test_nothing_accepted_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.mp4").write_text("words")

    with pytest.raises(CommandError, match="no video was accepted"):
        import_folder(tmp_path, capsys)


@pytest.mark.skipif(not REAL_CLIPS.is_dir(), reason="the shared clips do not lie beside the project")
def test_real_clips_are_taken_and_found_by_their_titles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["davis_blackswan.mp4", "davis_camel.mp4", "aa_playing_guitar.mp4", "skate_Ollie4.mp4"]
    for name in names:
        shutil.copy(REAL_CLIPS / name, tmp_path / name)

    table = import_folder(tmp_path, capsys)

    Video.objects.update(visibility=Visibility.APPROVED)  # what the guard thinks of short titles is not asked here
    assert "accepted 4" in table
    from vision.management.commands.search_videos import search_words

    guitar = search_words("someone plays the guitar", 2)
    assert guitar["good_match"]
    assert guitar["results"][0]["source_name"] == "aa_playing_guitar.mp4"


def test_a_process_of_the_pool_starts_without_django() -> None:
    """A spawned process reads `pool_child` before it can set Django up."""
    source = Path(pool.__file__).with_name("pool_child.py").read_text()

    head = source.split("def prepare")[0]
    assert "django" not in head.lower().replace("nothing of django before", "")
