"""Take the README's pictures of a running product: `python -m tests.browser.pictures http://localhost:8000 docs`.

The server runs the demo profile with its catalogue indexed. Takes about 20 s.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import chromium_page

MESSAGE = "I'm travelling from San Francisco to Seoul next week"
DESKTOP = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "light",
    "device_scale_factor": 2,
    "has_touch": True,
}
SETTLE_MS = 3000


def picture(url: str, path: Path, context: dict[str, Any], *, is_phone: bool) -> None:
    """Log in as the demo viewer, turn the feed once, and take the next card with the chat."""
    with chromium_page(**context) as page:
        page.goto(url)
        page.get_by_role("button", name="Continue as viewer").click()
        page.get_by_role("feed").get_by_role("article").first.wait_for()
        if page.get_by_role("button", name="Remove Seoul").count() == 0:
            _turn(page, is_phone=is_phone)
        if not is_phone:
            page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=path)


def _turn(page: Page, *, is_phone: bool) -> None:
    if is_phone:
        page.get_by_role("button", name="Chat", exact=True).click()
    page.get_by_role("textbox", name="Message").fill(MESSAGE)
    page.keyboard.press("Enter")
    see_next = page.get_by_role("button", name="See next")
    see_next.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    if is_phone:
        page.get_by_role("button", name="Close chat").click()
    see_next.click()


def main(url: str, folder: str) -> None:
    """Take both pictures."""
    picture(url, Path(folder) / "page-desktop.png", DESKTOP, is_phone=False)
    picture(url, Path(folder) / "page-phone.png", PHONE, is_phone=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
