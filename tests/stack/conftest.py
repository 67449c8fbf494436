"""One running product for the tests that need all of it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.server import Server

NUM_CLIPS = int(os.environ.get("TILLER_TEST_CLIPS", "120"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The whole product with a part of the demo catalogue, all of it indexed."""
    with tempfile.TemporaryDirectory(prefix="tiller-stack-") as folder:
        running = Server(Path(folder) / "home", TILLER_DEMO_CLIPS=str(NUM_CLIPS))
        running.start()
        try:
            running.wait_until_ready()
            running.wait_for_catalogue(running.login(), num_ready=NUM_CLIPS)
            yield running
        finally:
            running.stop()
