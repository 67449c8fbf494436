"""The 1k-A protocol is counted as its authors count it, here on rendered films in the place of the real ones."""

import csv
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vision.clip.msrvtt import Unusable, load_pairs, main, recalls
from vision.encode import write_frames
from vision.scenes.catalogue import demo_catalogue, frames_at
from vision.scenes.spec import SceneSpec

FAMILIES = ("aurora", "penguin_parade", "coral_reef", "latte_art", "football_penalty", "snow_cabin")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a second of six demo scenes each, and the table of their captions as MSR-VTT has it."""
    folder = tmp_path_factory.mktemp("msrvtt")
    by_family = {spec.family: spec for spec in demo_catalogue()}
    with (folder / "test.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["key", "vid_key", "video_id", "sentence"])
        for number, spec in enumerate(by_family[family] for family in FAMILIES):
            write_frames(_frames(spec), folder / f"video{number}.mp4", folder / f"{number}.jpg", fps=Fraction(8))
            table.writerow([f"ret{number}", f"msr{number}", f"video{number}", spec.caption])
    return folder


def _frames(spec: SceneSpec) -> Iterator[np.ndarray]:
    yield from frames_at(spec, [n / 8 * spec.duration_s for n in range(8)], 112, 200)


def test_recalls_are_percent_of_the_sentences() -> None:
    assert recalls(np.array([0, 0, 3, 8, 29])) == {
        "r1": 40.0,
        "r5": 60.0,
        "r10": 80.0,
        "median_rank": 4.0,
        "mean_rank": 9.0,
    }


def test_the_command_runs_on_a_stand_in(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--csv", str(films / "test.csv"), "--videos", str(films), "--frames", "4"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["videos"], found["frames"], found["r10"]) == (6, 4, 100.0)
    assert found["model"].startswith("bundled-")
    assert found["r1"] >= 60  # chance is 17


def test_missing_videos_are_named_and_nothing_is_printed(
    films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--csv", str(films / "test.csv"), "--videos", str(tmp_path)]) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "6 of 6 videos are not in" in printed.err and "video0, video1" in printed.err


def test_a_table_of_another_kind_is_refused(films: Path, tmp_path: Path) -> None:
    other, twice = tmp_path / "other.csv", tmp_path / "twice.csv"
    other.write_text("path,title\na.mp4,a cat\n")
    twice.write_text("video_id,sentence\nvideo0,a\nvideo0,b\n")

    with pytest.raises(Unusable, match="no rows with the columns"):
        load_pairs(other, films)
    with pytest.raises(Unusable, match="several sentences"):
        load_pairs(twice, films)
