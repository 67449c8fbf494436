"""A catalogue with people's labels, what a preference training needs; two admins and a home, what a release needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feed import rankers
from tests.vision.releasing import catalogue
from vision.models import FrameVectors, PreferenceLabel, Video
from webapp.accounts.models import User


def put_labels(videos: list[Video], labeller: Any, *, an_query: int = 8) -> None:
    """Label pairs as one who likes what moves, whatever was searched: eight a tag."""
    motion = {row.video_id: float(np.mean(row.motion)) for row in FrameVectors.objects.all()}
    rng = np.random.default_rng(4)
    ids = [video.pk for video in videos]
    labels = []
    for tag in sorted({tag for video in videos for tag in video.tags}):
        for _ in range(an_query):
            first, second = sorted(int(pk) for pk in rng.choice(ids, 2, replace=False))
            answer = "better" if motion[first] > motion[second] else "worse"
            pair = {"first_id": first, "second_id": second, "first_side": "left"}
            labels.append(PreferenceLabel(query=tag, answer=answer, labeller=labeller, **pair))
    PreferenceLabel.objects.bulk_create(labels, ignore_conflicts=True)


@pytest.fixture()
def labelled(users: dict[str, Any]) -> list[Video]:
    """A small catalogue that is indexed and labelled; what a real process reads needs `transactional_db` beside it."""
    _, videos = catalogue(280)  # with fewer, a part of them (chosen by id) is now and then too small
    put_labels(videos, users["lena"])
    return videos


@pytest.fixture()
def admins(users: dict) -> tuple[User, User]:
    """Two admins: ada, and grace."""
    return users["ada"], User.objects.create_user("grace", password="pw", role="admin")


@pytest.fixture()
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for what is released, and a copy of the ranker that is read anew each time."""
    settings.TILLER_HOME = tmp_path
    monkeypatch.setattr(rankers, "MAX_AGE_S", -1.0)
    rankers.reset()
    yield tmp_path
    rankers.reset()
