"""The pair page in a real browser: two labellers at once, a browser that closes, a dozen pairs by keyboard, a network that fails."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from labelling.models import Assignment
from tests.browser.conftest import browser, clip  # noqa: F401  (fixtures)
from tests.labelling.asking import campaign
from vision.labels import labels_in_force
from vision.models import PreferenceLabel

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT_S = 60.0
KEYS = ("ArrowLeft", "2", "t", "b")
Open = Callable[..., Page]


@pytest.fixture()
def open_page(browser: Browser, clip: bytes, live_server: Any, users: dict[str, Any]) -> Iterator[Open]:  # noqa: F811
    """Open the pair page as somebody, in a browser context of its own; a script error fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_it(name: str, **options: Any) -> Page:
        client = Client()
        client.force_login(users[name])
        contexts.append(context := browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options}))
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        context.route("**/media/**", lambda route: route.fulfill(body=clip, content_type="video/mp4"))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{live_server.url}/label")
        return page

    yield open_it
    for context in contexts:
        context.close()
    for _ in range(100):  # the pages' last requests need the database
        if not Assignment.objects.filter(state="leased").exists():
            break
        time.sleep(0.05)
    assert faults == []


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait while the page goes on."""
    end_s = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end_s, "it did not come"
        page.wait_for_timeout(50)


def pair_on(page: Page) -> str:
    """Return the assignment on screen, once there is one."""
    shown = page.get_by_role("group", name="The two videos")
    expect(shown).to_have_count(1)
    return shown.get_attribute("data-assignment-id") or ""


def test_a_dozen_pairs_are_labelled_by_keyboard_alone(open_page: Open) -> None:
    campaign(12, overlap=1, goal=12, query="a cat on a sofa")
    page = open_page("lena")
    expect(page.get_by_role("heading", level=1)).to_have_text("a cat on a sofa")

    for number in range(12):
        pair_on(page)
        page.keyboard.press(KEYS[number % len(KEYS)])

    expect(page.get_by_role("heading", name="That was all for you. Thank you!")).to_be_visible()
    expect(page.locator("#progress")).to_have_text("12 of 12 answers, 12 yours")
    assert labels_in_force().count() == 12 == PreferenceLabel.objects.count()
    said = list(labels_in_force().values_list("answer", flat=True))
    assert (said.count("tie"), said.count("both_bad")) == (3, 3)
    took_ms = Assignment.objects.values_list("took_ms", flat=True)
    assert all(took is not None for took in took_ms)
    shown_ms = page.evaluate("performance.getEntriesByName('pair-shown').map((entry) => entry.duration)")
    assert len(shown_ms) == 11
    print(f"key to next pair shown: median {statistics.median(shown_ms):.0f} ms, longest {max(shown_ms):.0f} ms")


def test_what_the_labeller_saw_is_what_is_kept(open_page: Open) -> None:
    campaign(2, overlap=1)
    page = open_page("lena")
    for swaps in (0, 1):
        shown = pair_on(page)
        if swaps:
            page.get_by_role("button", name="Swap sides").click()
        left = page.get_by_role("group", name="The two videos").locator("video").first.get_attribute("aria-label")
        page.get_by_role("button", name="Left is better").click()
        until(page, Assignment.objects.filter(pk=shown, state="answered").exists)

        label = PreferenceLabel.objects.get(assignment__pk=shown)
        better = label.first if label.answer == "better" else label.second
        assert left == f"Left video: {better.title}"
        assert label.first_side == ("left" if better == label.first else "right")


def test_both_videos_play_in_step_and_silent(open_page: Open) -> None:
    campaign(1, overlap=1)
    page = open_page("lena")
    pair_on(page)

    def times() -> list[float]:
        return page.evaluate("[...document.querySelectorAll('[data-on] video')].map((video) => video.currentTime)")

    until(page, lambda: min(times()) > 0.1)
    page.evaluate("document.querySelector('[data-on] .clip:last-child video').currentTime = 0.9")
    until(page, lambda: min(times()) > 0.1 and abs(times()[0] - times()[1]) < 0.1)

    assert page.evaluate("[...document.querySelectorAll('video')].every((video) => video.muted)")


def test_where_less_motion_is_asked_for_nothing_plays_by_itself(open_page: Open) -> None:
    campaign(1, overlap=1)
    page = open_page("lena", reduced_motion="reduce")
    pair_on(page)
    expect(page.get_by_text("Replay plays both once")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("[...document.querySelectorAll('[data-on] video')].every((video) => video.paused)")

    page.get_by_role("button", name="Replay").click()

    until(page, lambda: page.evaluate("[...document.querySelectorAll('[data-on] video')].every((one) => one.ended)"))


def test_undo_brings_the_last_pair_back_and_skip_leaves_it_to_others(open_page: Open) -> None:
    campaign(3, overlap=1)
    page = open_page("lena")
    first = pair_on(page)
    page.keyboard.press("1")
    until(page, labels_in_force().exists)

    page.keyboard.press("u")
    asked = Assignment.objects.get(pk=first).question_id
    until(page, lambda: Assignment.objects.get(pk=pair_on(page)).question_id == asked)
    again = pair_on(page)
    assert again != first and not labels_in_force().exists()
    page.keyboard.press("s")

    until(page, Assignment.objects.filter(pk=again, state="skipped").exists)
    expect(page.get_by_role("status").filter(has_text="Skipped")).to_have_count(1)


def test_two_labellers_share_a_campaign_and_a_closed_browser_gives_its_pairs_back(open_page: Open) -> None:
    campaign(12, overlap=1)
    first, second = open_page("lena"), open_page("ada")
    ours = {pair_on(first), pair_on(second)}
    assert len(ours) == 2

    first.keyboard.press("1")
    until(first, lambda: labels_in_force().count() == 1)
    first.close(run_before_unload=False)
    until(second, lambda: not Assignment.objects.filter(state="leased", labeller__username="lena").exists())
    for _ in range(11):
        pair_on(second)
        second.keyboard.press("2")

    until(second, lambda: labels_in_force().count() == 12)
    assert len(set(labels_in_force().values_list("first_id", flat=True))) == 12


def test_answers_outlast_a_network_that_fails(open_page: Open) -> None:
    campaign(4, overlap=1)
    page = open_page("lena")
    pair_on(page)
    failing: list[int] = []

    def fail_twice(route: Route) -> None:
        failing.append(1)
        if len(failing) == 1:
            route.abort()
        elif len(failing) == 2:  # it arrives, but the page does not hear of it
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/labelling/answers", fail_twice)
    page.keyboard.press("1")
    page.keyboard.press("2")

    expect(page.get_by_text("No connection. 2 answers wait here")).to_be_visible()
    until(page, lambda: labels_in_force().count() == 2)
    expect(page.locator("#saving")).to_have_text("")
    assert PreferenceLabel.objects.count() == 2
    assert len(failing) == 4


def test_an_answer_that_cannot_be_kept_is_told(open_page: Open) -> None:
    campaign(2, overlap=1)
    page = open_page("lena")
    shown = pair_on(page)
    Assignment.objects.filter(pk=shown).update(state="released", fencing_token=7)

    page.keyboard.press("1")

    expect(page.get_by_text("your answer was not counted")).to_be_visible()
    expect(page.locator("#progress")).to_have_text("0 of 100 answers, 0 yours")


def test_a_phone_shows_everything_without_scrolling_sideways(open_page: Open) -> None:
    campaign(2, overlap=1)
    page = open_page("lena", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    pair_on(page)

    for name in ("Left is better", "Right is better", "Tie", "Both bad", "Skip", "Undo", "Replay", "Swap sides"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Tie").tap()

    until(page, labels_in_force().exists)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_zoomed_in_twice_every_button_can_be_reached(open_page: Open) -> None:
    campaign(2, overlap=1)
    page = open_page("lena", viewport={"width": 640, "height": 400}, device_scale_factor=2)
    pair_on(page)

    for name in ("Left is better", "Right is better", "Tie", "Both bad", "Skip", "Undo", "Replay", "Swap sides"):
        button = page.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_without_a_campaign_the_page_says_what_to_do(open_page: Open) -> None:
    expect(open_page("lena").get_by_text("When an admin opens a campaign")).to_be_visible()
    expect(open_page("ada").get_by_text("Open a campaign: choose queries")).to_be_visible()
