"""An admin starts a training in the browser and sees it run and end, by a real worker, without a reload."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from lifecycle.models import TrainingRun
from tests.browser.chromium import ARGUMENTS, chromium_path
from tests.feed.working import worker_running
from vision.models import ModelVersion, Video

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT_MS = 120_000
PICTURES = os.environ.get("TILLER_PICTURES")  # a folder: take pictures of what the test sees


@pytest.fixture()
def page(live_server: Any, users: dict[str, Any]) -> Iterator[Page]:
    """A browser in which ada is signed in; script errors and refusals of the content security policy fail the test."""
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine: the page was not tried in a browser")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.set_default_timeout(LIMIT_MS)
        expect.set_options(timeout=LIMIT_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/accounts/login/?next=/models/runs")
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password", exact=True).fill("pw")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server.url}/models/runs")
        yield page
        browser.close()
    assert faults == []


def picture(page: Page, name: str) -> None:
    """Take pictures of the page in both themes and on a phone, where they are asked for."""
    if not PICTURES:
        return
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 860})
            page.screenshot(path=Path(PICTURES) / f"{name}-{theme}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 860})


def test_a_preference_training_is_started_seen_running_and_seen_done(page: Page, labelled: list[Video]) -> None:
    expect(page.get_by_text("Nothing was trained yet")).to_be_visible()
    picture(page, "empty")
    page.get_by_role("link", name="Start a run").click()
    form = page.get_by_role("form", name="Preference, stage 2")
    form.get_by_role("radio", name="quick").check()
    picture(page, "start")
    with worker_running("training"):
        form.get_by_role("button", name="Start").click()
        page.wait_for_url(re.compile(r"/models/runs/\d+$"))
        page.evaluate("window.isSamePage = true")

        status = page.get_by_role("status").filter(has_text=re.compile("waiting|running|done"))
        expect(status).to_have_text("running")
        expect(page.get_by_role("img", name=re.compile("^Loss"))).to_be_visible()
        picture(page, "running")
        expect(status).to_have_text("done")

    run = TrainingRun.objects.get()
    expect(page.get_by_role("heading", name=f"It proposes {run.proposed}")).to_be_visible()
    assert ModelVersion.objects.filter(slug=run.proposed, state="candidate").exists()
    expect(page.get_by_role("img", name=re.compile("^Pair accuracy"))).to_be_visible()
    page.get_by_text("The numbers of Loss").click()
    expect(page.get_by_role("region", name="Loss, the numbers").get_by_role("row")).to_have_count(1 + len(run.losses))
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    assert page.evaluate("window.isSamePage"), "all of it without a reload"
    picture(page, "done")
    expect(page.get_by_role("link", name="Compare and release")).to_be_visible()
    page.get_by_role("link", name="Training runs").click()
    expect(page.get_by_role("link", name="Preference, stage 2")).to_be_visible()
    picture(page, "list")
