"""Five-turn dialogues end in the right feed: real understanding, real merge, pools and slates, in this process."""

import pytest

from feed import features
from tests.feed.catalogue import SPORT, demo_clips, put
from tests.feed.dialogues.play import dialogues, faults_of
from workers.simulation.jobs import jobs_in_process

pytestmark = pytest.mark.django_db(transaction=True)

FLOOR = 0.86  # of the sixty; `python -m tests.bench dialogues` also plays those kept aside


@pytest.mark.timeout(1800)  # three hundred messages through every model: about a minute, on a busy machine ten
def test_dialogues_end_in_the_right_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MAX_AGE_S", 3600.0)
    put([*demo_clips(), *SPORT])
    written = dialogues("written")

    with jobs_in_process():
        wrong = {dialogue["id"]: faults for dialogue in written if (faults := faults_of(dialogue))}

    assert 1 - len(wrong) / len(written) >= FLOOR, wrong
