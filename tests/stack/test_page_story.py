"""A person opens a browser, watches, says where they are going, and sees the feed turn. Real page, real workers, real clips."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import chromium_page, chromium_path

pytestmark = pytest.mark.skipif(
    chromium_path() is None, reason="no Chromium on this machine: the story was not walked in a browser"
)
SEOUL = {"seoul", "korea", "south korea", "korean"}
FOOTBALL = {"football", "soccer"}
TURN_LIMIT_MS = 60_000


@pytest.fixture()
def page(server) -> Iterator[Page]:
    """The feed of a new account, on a desktop."""
    with chromium_page(viewport={"width": 1280, "height": 860}) as page:
        _sign_up(page, server.url)
        yield page


def _sign_up(page: Page, url: str) -> None:
    import uuid

    page.goto(f"{url}/accounts/signup/")
    password = uuid.uuid4().hex
    page.get_by_label("Username").fill(f"p{uuid.uuid4().hex[:10]}")
    for field in page.locator("input[type=password]").all():
        field.fill(password)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(f"{url}/")
    page.wait_for_selector("[role=feed] article[data-video-id]")


def _say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("button", name="Send").click()


def _cards(page: Page) -> list[dict]:
    """Return the cards in the document: id, title, tags."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[role=feed] article[data-video-id]')].map((card) => ({
            id: card.dataset.videoId, title: card.getAttribute('aria-label'), text: card.textContent.toLowerCase()}))"""
    )


def _walk(page: Page, count: int) -> list[dict]:
    """Go on card by card with the keyboard, as a viewer does, and return the cards met."""
    met: list[dict] = []
    for _ in range(count):
        page.keyboard.press("j")
        page.wait_for_timeout(350)
        met.append(
            page.evaluate(
                """() => {
                const middle = innerHeight / 2;
                const card = [...document.querySelectorAll('[role=feed] article[data-video-id]')].find((c) => {
                    const box = c.getBoundingClientRect(); return box.top <= middle && box.bottom > middle; });
                return {id: card.dataset.videoId, title: card.getAttribute('aria-label'),
                        text: card.textContent.toLowerCase()};
            }"""
            )
        )
    return met


def test_the_feed_turns_to_seoul_while_the_viewer_watches(page):
    watched = _cards(page)[0]["id"]

    _say(page, "I'm travelling from San Francisco to Seoul next week")
    page.wait_for_selector("[role=feed] article[data-turned]", timeout=TURN_LIMIT_MS)

    steering = page.get_by_role("list", name="Steering")
    expect(steering.get_by_role("button", name="Remove Seoul")).to_be_visible()
    log = page.get_by_role("log")
    expect(log).to_contain_text("San Francisco to Seoul")
    page.wait_for_function("() => document.querySelector('[role=log]').textContent.split('Seoul').length > 2")
    assert _cards(page)[0]["id"] == watched, "the clip on screen was taken away"
    page.locator("[role=feed] article").first.focus()
    met = _walk(page, 10)
    about = [card for card in met if any(tag in card["text"] for tag in ("seoul", "korea"))]
    assert len(about) >= 6, [card["title"] for card in met]


def test_a_steered_card_says_why_in_the_viewers_words(page):
    _say(page, "I'm travelling from San Francisco to Seoul next week")
    turned = page.locator("[role=feed] article[data-turned]").first
    turned.wait_for(state="attached", timeout=TURN_LIMIT_MS)

    turned.scroll_into_view_if_needed()
    turned.get_by_role("button", name="Why this?").click()

    expect(page.get_by_text("I'm travelling from San Francisco to Seoul next week").last).to_be_visible()


def test_removing_the_chip_turns_the_feed_back(page):
    _say(page, "I'm travelling from San Francisco to Seoul next week")
    remove = page.get_by_role("list", name="Steering").get_by_role("button", name="Remove Seoul")
    remove.click(timeout=TURN_LIMIT_MS)

    expect(remove).to_have_count(0)


def test_a_page_reloaded_in_the_middle_gets_its_reply_once(page):
    _say(page, "no more football")
    page.reload()

    log = page.get_by_role("log")
    expect(log).to_contain_text("no more football", timeout=TURN_LIMIT_MS)
    expect(page.get_by_role("button", name="Remove football")).to_be_visible(timeout=TURN_LIMIT_MS)
    page.wait_for_timeout(1500)
    said = log.inner_text()
    assert said.count("no more football") == 1, said


def test_no_script_fails_and_nothing_is_fetched_from_elsewhere(server):
    with chromium_page(viewport={"width": 390, "height": 844}) as page:
        faults: list[str] = []
        hosts: set[str] = set()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

        _sign_up(page, server.url)
        page.wait_for_timeout(2000)

        assert faults == []
        assert hosts == {f"localhost:{server.port}"}
