"""An admin makes a campaign by keyboard and finds it open, at a phone's width too."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from labelling.models import Campaign
from labelling.services.drawing import questions_draw
from tests.feed.catalogue import demo_clips, put


@pytest.mark.django_db(transaction=True)
def test_an_admin_opens_a_campaign_by_keyboard(
    browser: Browser, live_server: Any, users: dict[str, Any], client: Client
) -> None:
    put(demo_clips()[:40])
    client.force_login(users["ada"])
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/label/campaigns")
        page.get_by_role("link", name="New campaign").first.press("Enter")
        page.get_by_label("Name").fill("Calm or lively")
        page.get_by_label("Queries, one a line").fill("sea\nbread")
        page.get_by_role("button", name="Open the campaign").press("Enter")

        expect(page.get_by_role("heading", level=1)).to_contain_text("Calm or lively")
        expect(page.get_by_text("A worker is choosing the first pairs")).to_be_visible()
        questions_draw(campaign_id=Campaign.objects.get().pk)
        page.reload()

        expect(page.get_by_text("wait to be asked")).to_contain_text("60 pairs")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
