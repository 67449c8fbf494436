"""A browser a module, and a page whose server says what the test wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, chromium_path
from tests.browser.clips import clip_bytes
from tests.browser.puppet import Puppet

DESKTOP = {"width": 1280, "height": 860}
LIMIT_MS = 30_000  # nothing here measures speed; a machine that trains models beside the tests is slow
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine: the page was not tried in a browser")
    expect.set_options(timeout=LIMIT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One second of H.264, 90x160."""
    return clip_bytes(Path(tmp_path_factory.mktemp("clip")) / "clip.mp4")


@pytest.fixture()
def puppet(browser: Browser, clip: bytes) -> Iterator[Puppet]:
    """The page on a desktop, not yet opened; a script error or a refusal of the content security policy fails the test."""
    with browser.new_context(viewport=DESKTOP) as context:
        puppet = Puppet(context.new_page(), clip)
        yield puppet
        assert puppet.faults == []


@pytest.fixture()
def phone(browser: Browser, clip: bytes) -> Iterator[Puppet]:
    """The page on a phone, not yet opened."""
    with browser.new_context(**PHONE) as context:
        puppet = Puppet(context.new_page(), clip)
        yield puppet
        assert puppet.faults == []
