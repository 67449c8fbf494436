""" "Why this?" names the cause, shows it, and lets the viewer act on it."""

import re

from playwright.sync_api import expect

from tests.browser.puppet import intent, steer

SEOUL = {"source": "steer", "steer_id": "s-Seoul", "phrase": "Seoul", "said": "off to Seoul"}
SIMILAR = {"source": "similar", "steer_id": None, "phrase": None, "said": None, "time_s": None, "video_id": 77}


def why(puppet):
    puppet.page.emulate_media(reduced_motion="reduce")  # Playwright scrolls the feed to press what still moves
    puppet.card(1).get_by_role("button", name="Why this?").click()
    return puppet.card(1).get_by_role("group", name="Why you see this")


def test_a_wish_is_weakened_paused_or_removed_beside_the_reason(puppet):
    puppet.intent = intent(1, steer("Seoul", strength=0.8))
    puppet.reason = SEOUL | {"text": "Because you said: “off to Seoul”", "time_s": 1.5}
    page = puppet.open().page
    path = "/api/chat/steers/s-Seoul"
    weaker, paused = intent(2, steer("Seoul", strength=0.5)), intent(3, steer("Seoul", strength=0.5, paused=True))
    puppet.answers["PATCH", path] = lambda: (200, {"version": 2, "document": weaker})
    puppet.answers["POST", f"{path}/pause"] = lambda: (200, {"version": 3, "document": paused})
    puppet.answers["DELETE", path] = lambda: (200, {"version": 4, "document": intent(4)})
    tick = puppet.card(1).locator(".card__progress i")
    expect(tick).to_be_visible()
    assert tick.evaluate("i => i.style.left") == "25%"

    why(puppet).get_by_role("button", name="Less Seoul").click()
    expect(page.locator("#toasts")).to_contain_text("Less Seoul from here.")
    why(puppet).get_by_role("button", name="Pause Seoul").click()
    expect(page.locator(".steer")).to_have_attribute("data-paused", "")
    reason = why(puppet)
    expect(reason.get_by_role("button", name="Pause Seoul")).to_be_hidden()
    reason.get_by_role("button", name="Remove Seoul").click()
    expect(page.locator(".steer")).to_have_count(0)

    assert puppet.bodies("PATCH", path) == [{"strength": 0.5}]
    reason = why(puppet)
    expect(reason.get_by_role("button", name=re.compile("Pause|Remove"))).to_have_count(0)
    expect(reason.get_by_role("button", name="Less sea")).to_be_visible()  # the wish is gone: what the clip is about


def test_a_neighbour_is_shown_with_its_picture_and_leads_to_its_page(puppet):
    puppet.reason = SIMILAR | {"text": "Because you liked “Harbour at dawn”."}
    added = intent(1, steer("sea", direction="less"))
    puppet.answers["POST", "/api/chat/steers"] = lambda: (200, {"version": 1, "document": added})
    puppet.open()

    reason = why(puppet)

    link = reason.get_by_role("link", name="See that clip")
    expect(link).to_have_attribute("href", "/watch/77")
    expect(link.locator("img")).to_have_attribute("src", "/watch/77/poster")
    reason.get_by_role("button", name="Less sea").click()
    expect(puppet.page.get_by_role("button", name="Remove sea")).to_be_visible()
    assert puppet.bodies("POST", "/api/chat/steers") == [{"phrase": "sea", "direction": "less"}]


def test_not_interested_and_the_moment_are_one_press_away_on_a_phone(phone):
    phone.intent = intent(1, steer("Seoul"))
    phone.reason = SEOUL | {"text": "Because you said: “off to Seoul”", "time_s": 0.5}
    page = phone.open().page

    reason = why(phone)
    small = reason.locator("button:visible").evaluate_all(
        """all => all.filter((b) => {
          const grown = -2 * (parseFloat(getComputedStyle(b, "::after").top) || 0);
          return b.getBoundingClientRect().height + grown < 44;
        }).map((b) => b.textContent)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    reason.get_by_role("button", name="Best moment at 0:00").click()
    expect(reason).to_be_hidden()
    why(phone).get_by_role("button", name="Not interested").click()

    phone.until(lambda: ("not_interested", 1) in phone.engagements())


def test_a_card_that_is_only_close_to_the_wish_does_not_claim_more(puppet):
    puppet.intent = intent(1, steer("Seoul"))
    puppet.reason = SEOUL | {"text": "Close to what you asked for.", "is_close": True}

    puppet.open()

    expect(puppet.card(1).locator(".card__cause")).to_have_text("Close to Seoul")
