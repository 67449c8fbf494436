"""A released guard judges the next messages in the running product, without a restart, and so does the one before it again."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from chat.canned import CARE_REPLY, HELD_REPLY
from tests.lifecycle import releasing_guard
from tests.stack.server import ROOT, Server
from tests.stack.viewer import Viewer

PICKED_UP_S = 2.5  # rows are read again after two seconds


def ran(server: Server, *command: str) -> str:
    """Run a command in the product's home and return what it printed."""
    settings = {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    answer = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=server.environment | settings, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture()
def guard(server: Server) -> Iterator[str]:
    """A candidate that stops everything; whatever happens, what ships serves after the test."""
    name = ran(server, releasing_guard.__file__, "guard-all").strip()
    yield name
    if name in ran(server, "manage.py", "release_guard", "--status").split("in force: ")[1]:
        ran(server, "manage.py", "release_guard", "--shipped")


def test_workers_judge_by_a_released_guard_and_by_the_former_one_again(server: Server, guard: str) -> None:
    viewer = Viewer(server)
    before = viewer.say("more ramen please")

    ran(server, "manage.py", "release_guard", guard)
    time.sleep(PICKED_UP_S)
    while_serving = viewer.say("more trains please")
    ran(server, "manage.py", "release_guard", "--shipped")
    time.sleep(PICKED_UP_S)
    after = viewer.say("more tigers please")

    assert "ramen" in before.lower() and "tiger" in after.lower()
    assert while_serving in (HELD_REPLY, CARE_REPLY)
    assert [steer["phrase"] for steer in viewer.steers()] == ["ramen", "tigers"]
