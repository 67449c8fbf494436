"""A clip that moderators restricted stands behind a warning: nothing of it is fetched before the viewer asks."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.browser.puppet import Puppet
from tests.feed.catalogue import Clip, put


def test_a_sensitive_clip_is_fetched_and_played_only_when_asked_for(puppet: Puppet) -> None:
    fetched: list[str] = []
    puppet.page.on("request", lambda request: fetched.append(request.url))
    puppet.covered = {2}
    puppet.open()
    puppet.page.keyboard.press("j")
    warned = puppet.card(2).get_by_text("marked this clip as sensitive")
    expect(warned).to_be_in_viewport()
    puppet.page.keyboard.press(" ")
    puppet.page.wait_for_timeout(300)

    before = [url for url in fetched if url.endswith("/media/2.mp4")]
    puppet.card(2).get_by_role("button", name="Show it anyway").press("Enter")

    puppet.until(lambda: puppet.playing() == [2])
    expect(warned).to_be_hidden()
    assert before == []


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_sensitive_clip_asks_first(
    browser: Browser, live_server: Any, users: dict[str, Any], client: Client
) -> None:
    (video,) = put([Clip("Bread", ("bread",), "crumb.club", "a loaf")], visibility="restricted")
    client.force_login(users["alice"])
    with browser.new_context() as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(f"{live_server.url}/watch/{video.pk}")
        before = [url for url in fetched if "/media/" in url]

        with page.expect_request(f"**/media/{video.media_path}"):
            page.get_by_role("button", name="Show it anyway").click()

    assert before == []
