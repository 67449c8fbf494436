"""Start real services for the tests: an embedded PostgreSQL and Valkey in a folder of their own, for the whole run.

Loaded with `-p` (pyproject.toml), because pytest-django reads the settings before any conftest.
"""

import os
import tempfile
from pathlib import Path

import pytest

# Before Django reads its settings: never the developer's own state.
TEST_HOME = Path(tempfile.mkdtemp(prefix="tiller-test-"))
os.environ["TILLER_HOME"] = str(TEST_HOME)
os.environ.setdefault("DEBUG", "true")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TILLER_STAFF_SECOND_FACTOR", "false")  # tests/webapp/test_access.py asks for it
os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's sync API runs an event loop in the test thread


def pytest_configure(config: pytest.Config) -> None:
    from webapp.embedded import postgres, valkey
    from webapp.embedded.paths import Home

    home = Home(TEST_HOME.resolve())
    postgres.prepare(home)
    config.stash[SERVICES] = (postgres.start(home), valkey.start(home))


def pytest_unconfigure(config: pytest.Config) -> None:
    import shutil

    from webapp.embedded import postgres, valkey

    if SERVICES in config.stash:
        database, broker = config.stash[SERVICES]
        valkey.stop(broker)
        postgres.stop(database)
    shutil.rmtree(TEST_HOME, ignore_errors=True)


SERVICES: pytest.StashKey = pytest.StashKey()
