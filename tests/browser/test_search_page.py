"""The search page turns to the full results by itself, is walked by arrows, and says in plain words when nothing is close."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from feed.models import PhraseVector, SearchClick
from feed.services.phrases import phrase_embed
from tests.browser.test_search_clicks import until
from tests.feed.catalogue import Clip, put
from vision.models import Video

CLIPS = [
    *(Clip(f"Free kick number {n}", ("football", "goal"), "left.foot", "a free kick") for n in range(3)),
    *(Clip(f"Sourdough number {n}", ("bread",), "crumb.club", "a loaf of bread") for n in range(3)),
]


def embed_what_waits() -> None:
    until(PhraseVector.objects.filter(vector=None).exists)
    for phrase in PhraseVector.objects.filter(vector=None):
        phrase_embed(phrase_id=phrase.pk)


def open_search(page: Page, url: str, query: str) -> None:
    page.goto(f"{url}/search?q={query}")
    expect(page.locator("#found")).to_have_attribute("data-waits", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width_px", [390, 1280])
def test_full_results_come_by_themselves_and_are_walked_by_keys(
    browser: Browser, live_server: Any, users: dict[str, Any], client: Client, width_px: int
) -> None:
    videos = put(CLIPS)
    client.force_login(users["alice"])
    with browser.new_context(viewport={"width": width_px, "height": 800}) as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        open_search(page, live_server.url, "soccer+goal+kick")
        expect(page.get_by_text("Looking for what means the same")).to_be_visible()

        embed_what_waits()

        expect(page.locator(".found__status")).to_contain_text("3 clips for “soccer goal kick”")
        expect(page.get_by_text("Further away")).to_be_visible()
        expect(page.locator(".match").first).to_contain_text("% match")
        assert page.evaluate("document.documentElement.scrollWidth") <= width_px
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url("**/watch/*")
        until(SearchClick.objects.exists)

        click = SearchClick.objects.get()
        assert click.video_id == click.session.shown[1]
        assert set(click.session.shown) == {video.pk for video in videos}, "the click is of the second step's list"
        _nothing_close(page, live_server.url)


def _nothing_close(page: Page, url: str) -> None:
    open_search(page, url, "tax+return+form")
    embed_what_waits()
    expect(page.get_by_text("Nothing here is close to “tax return form”.")).to_be_visible()
    expect(page.locator("a[data-video]")).to_have_count(Video.objects.count())
    recent = page.get_by_label("Recent searches")
    expect(recent.get_by_role("link")).to_have_text(["tax return form", "soccer goal kick"])
    recent.get_by_role("button", name="Forget soccer goal kick").click()
    expect(recent.get_by_role("link")).to_have_count(1)
    page.reload()
    expect(recent.get_by_role("link")).to_have_text(["tax return form"])
    page.get_by_label("Length").select_option("short")
    page.wait_for_url("**length=short**")
