"""An admin takes a candidate from its scores to serving and back, in the browser; search turns with it and is restored."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from feed.models import PhraseVector
from feed.services.phrases import phrase_embed
from lifecycle.models import Comparison
from lifecycle.releases.comparing import comparison_run
from tests.browser.test_search_clicks import until
from tests.vision.releasing import SCORES, catalogue, head_file
from vision.models import ModelVersion
from vision.release import version_propose
from vision.selectors import serving_version
from workers.release import release

QUERY = "people in the rain"


def found(page: Page, url: str) -> list[str]:
    """Search in full and return the titles, best first."""
    page.goto(f"{url}/search?q={QUERY}")
    for phrase in PhraseVector.objects.filter(vector=None):
        phrase_embed(phrase_id=phrase.pk)
    expect(page.locator(".found__status")).to_be_visible()
    expect(page.locator("#found")).not_to_have_attribute("data-waits", "")
    return page.locator("a[data-video] .tile__title").all_text_contents()


def confirm(page: Page, button: str, reason: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill(reason)
    dialog.get_by_role("button", name=button).click()


@pytest.mark.django_db(transaction=True)
def test_a_candidate_is_compared_released_and_taken_back(
    browser: Browser, live_server: Any, users: dict[str, Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.RELEASE_NEEDS_TWO = False
    former, _ = catalogue(60)
    candidate = version_propose(head_file=head_file(tmp_path, seed=5), scores=SCORES | {"ceiling": 0.78})
    client.force_login(users["ada"])
    with browser.new_context(viewport={"width": 1280, "height": 860}) as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        before = found(page, live_server.url)
        page.get_by_role("link", name="Models").click()
        page.get_by_role("link", name="Releases").click()

        page.get_by_role("link", name=f"Compare {candidate.slug}").click()
        expect(page.get_by_role("heading", name="The gate lets it pass")).to_be_visible()
        expect(page.get_by_text("Gain on pairs: +6.0 to +12.0 points")).to_be_visible()
        page.get_by_role("button", name="Compare searches").click()
        expect(page.get_by_role("region", name=re.compile("comparison"))).to_be_visible()
        until(Comparison.objects.exists)
        comparison_run(comparison_id=Comparison.objects.get().pk)
        expect(page.get_by_role("article")).to_have_count(20)
        expect(page.get_by_role("article").first).to_contain_text("% changed")

        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Release").click()
        confirm(page, "Release now", "finds rain better")
        expect(page.get_by_role("progressbar")).to_be_visible()
        assert found(page, live_server.url) == before, "search answers, as before, until the switch"
        release(version=ModelVersion.objects.get(pk=candidate.pk))
        assert serving_version() == candidate
        assert found(page, live_server.url) != before

        page.get_by_role("link", name="Models").click()
        page.get_by_role("link", name="Releases").click()
        page.get_by_role("button", name=f"Roll back to {former.slug}").click()
        confirm(page, "Roll back now", "worse on snow")
        expect(page.get_by_role("progressbar")).to_be_visible()
        release(version=ModelVersion.objects.get(pk=former.pk))
        row = page.get_by_role("row").filter(has_text="worse on snow").filter(has_text="serving")
        expect(row).to_contain_text("ada")
        assert found(page, live_server.url) == before
        assert faults == []
