"""Open pages in the system's Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

# No background traffic of the browser's own: the tests speak to loopback only.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def chromium_path() -> str | None:
    """Return the system's Chromium, or None."""
    return os.environ.get("TILLER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def chromium_page(**context: Any) -> Iterator[Page]:
    """Yield a page of a new browser; `context` as Playwright's new_context (viewport, color_scheme ...)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        page = browser.new_context(**context).new_page()
        try:
            yield page
        finally:
            browser.close()
