"""The search page tells which result was opened, and on coming back how long the viewer stayed."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from feed.models import SearchClick, SearchSession
from tests.feed.catalogue import Clip, put

LIMIT_S = 60.0


def until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end_s, "it did not come"
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_an_opened_result_and_the_stay_are_told(
    browser: Browser, live_server: Any, users: dict[str, Any], client: Client
) -> None:
    videos = put([Clip(f"Bread number {n}", ("bread",), "crumb.club", "a loaf") for n in range(3)])
    client.force_login(users["alice"])
    with browser.new_context() as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/search?q=bread")
        opened = int(page.locator("a[data-video]").nth(1).get_attribute("data-video") or 0)

        page.locator("a[data-video]").nth(1).click()
        page.wait_for_url("**/watch/*")
        until(SearchClick.objects.exists)
        before_back = SearchClick.objects.get()
        page.wait_for_timeout(1500)
        page.go_back()
        until(lambda: SearchClick.objects.filter(dwell_s__isnull=False).exists())

    click = SearchClick.objects.get()
    assert (click.video_id, before_back.dwell_s) == (opened, None)
    assert click.dwell_s is not None and 1.0 < click.dwell_s < LIMIT_S
    assert SearchSession.objects.count() == 1  # coming back is the same look
    assert {video.pk for video in videos} == set(click.session.shown)
