"""The steering list is a ledger: it tells what each wish is and brings, and every part of it can be changed and taken back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import expect

from tests.browser.puppet import Puppet, intent, steer

NOW = datetime.now(UTC)


def lines(**changes: Any) -> list[dict[str, Any]]:
    line = {"steer_id": "s-cats", "said_at": (NOW - timedelta(days=2)).isoformat(), "num_matches": 24, "is_held": False}
    return [line | changes]


def edit_of_cats(puppet: Puppet) -> Any:
    puppet.page.get_by_role("button", name="Edit cats").click()
    return puppet.page.get_by_role("dialog", name="Edit this wish")


def test_a_wish_tells_its_words_age_strength_end_and_what_it_brings(puppet):
    ends_at = (NOW + timedelta(days=3)).isoformat()
    puppet.intent = intent(1, steer("cats", hard=True, expires_at=ends_at, horizon="session"), pace="calm")
    puppet.ledger = lines()
    page = puppet.open().page

    item = page.get_by_role("list", name="Steering").get_by_role("listitem")

    expect(item).to_contain_text("You said “more cats”")
    expect(item).to_contain_text("2 days ago · strongly · 24 clips fit")
    expect(item).to_contain_text("only3 days left")
    expect(page.get_by_role("list", name="Filters").get_by_role("listitem")).to_have_text(["only calm"])
    puppet.ledger = lines(num_matches=0)
    puppet.steer_to(intent(2, steer("cats", direction="less")))
    expect(item).to_contain_text("nothing here is like it")
    puppet.ledger = lines(is_held=True)
    puppet.steer_to(intent(3, steer("cats")))
    expect(item).to_contain_text("not used: please word it differently")


def test_a_wish_is_edited_with_the_keyboard_and_only_what_changed_is_sent(puppet):
    puppet.intent = intent(1, steer("cats"))
    page = puppet.open().page
    after = intent(2, steer("kittens", id="s2", strength=0.85, hard=True))
    puppet.answers["PATCH", "/api/chat/steers/s-cats"] = lambda: (200, {"version": 2, "document": after})

    page.get_by_role("button", name="Edit cats").press("Enter")
    dialog = page.get_by_role("dialog", name="Edit this wish")
    dialog.get_by_label("About").fill("kittens")
    dialog.get_by_label("How strongly").press("ArrowRight")
    dialog.get_by_label("Show only this").press("Space")
    dialog.get_by_label("About").press("Enter")

    expect(dialog).to_be_hidden()
    changes = {"phrase": "kittens", "strength": 0.85, "hard": True}
    assert puppet.bodies("PATCH", "/api/chat/steers/s-cats") == [changes]
    expect(page.get_by_role("button", name="Remove kittens")).to_be_visible()
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()


def test_an_end_is_chosen_in_the_viewers_own_days_and_taken_away_again(puppet):
    puppet.intent = intent(1, steer("cats"))
    puppet.open()
    week = (NOW + timedelta(days=7)).isoformat()
    dated = intent(2, steer("cats", expires_at=week, horizon="session"))
    puppet.answers["PATCH", "/api/chat/steers/s-cats"] = lambda: (200, {"version": 2, "document": dated})

    dialog = edit_of_cats(puppet)
    dialog.get_by_label("A week").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    dialog = edit_of_cats(puppet)
    expect(dialog.get_by_label("As it is (7 days left)")).to_be_checked()
    dialog.get_by_label("Lasting").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()

    sent = puppet.bodies("PATCH", "/api/chat/steers/s-cats")
    end_at = datetime.fromisoformat(sent[0]["expires_at"])
    assert timedelta(days=6) < end_at - NOW < timedelta(days=8.1)
    assert sent[1] == {"expires_at": None}


def test_what_the_server_refuses_is_said_in_the_form_and_nothing_is_lost(puppet):
    puppet.intent = intent(1, steer("cats"))
    puppet.open()
    refusals = iter([(422, {"detail": "“dogs” is among your wishes already."}), (0, None)])
    puppet.answers["PATCH", "/api/chat/steers/s-cats"] = lambda: next(refusals)

    dialog = edit_of_cats(puppet)
    dialog.get_by_label("About").fill(" ")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Write what it is about.")
    dialog.get_by_label("About").fill("dogs")
    for words in ("“dogs” is among your wishes already.", re.compile("No connection")):
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_role("alert")).to_have_text(words)

    expect(dialog.get_by_label("About")).to_have_value("dogs")
    expect(puppet.page.get_by_role("button", name="Edit cats", include_hidden=True)).to_have_count(1)


def test_filters_are_set_and_removed_one_by_one(puppet):
    puppet.intent = intent(1, pace="calm", max_duration_s=20)
    page = puppet.open().page
    puppet.answers["PATCH", "/api/chat/filters"] = lambda: (
        200,
        {"version": 2, "document": intent(2, max_duration_s=12)},
    )

    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_label("At most (seconds)").fill("12")
    page.get_by_label("Pace").select_option("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Remove the filter under 12 s").click()
    puppet.until(lambda: len(puppet.bodies("PATCH", "/api/chat/filters")) == 2)

    assert puppet.bodies("PATCH", "/api/chat/filters") == [
        {"pace": None, "max_duration_s": 12},
        {"max_duration_s": None},
    ]


def test_undo_goes_back_step_by_step_until_nothing_is_left(puppet):
    puppet.intent = intent(3, steer("cats"), steer("dogs"))
    page = puppet.open().page
    steps = iter(
        [(200, {"version": 4, "document": intent(4, steer("cats"))}), (200, {"version": 5, "document": intent(5)})]
    )
    nothing = (409, {"detail": "There is nothing left to undo."})
    puppet.answers["POST", "/api/chat/undo"] = lambda: next(steps, nothing)

    page.get_by_role("button", name="Undo the last change").click()
    expect(page.get_by_role("button", name="Remove dogs")).to_have_count(0)
    page.get_by_role("button", name="One step more").click()
    expect(page.get_by_role("button", name="Remove cats")).to_have_count(0)
    page.get_by_role("button", name="One step more").last.click()

    expect(page.get_by_text("There is nothing left to undo.")).to_be_visible()


def test_on_a_phone_a_wish_is_edited_with_the_thumb(phone):
    phone.intent = intent(1, steer("cats"), pace="calm")
    page = phone.open().page
    page.get_by_role("button", name="Edit cats").tap()
    dialog = page.get_by_role("dialog", name="Edit this wish")
    expect(dialog).to_be_visible()

    small = dialog.locator(
        "button:visible, label.choice, .segments label:not([hidden]) span, input:not([type=radio], [type=checkbox])"
    )
    heights_px = small.evaluate_all("all => all.map((e) => Math.round(e.getBoundingClientRect().height))")

    assert min(heights_px) >= 44, heights_px
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    dialog.get_by_role("button", name="Cancel").tap()
    page.get_by_role("button", name="Chat", exact=True).tap()
    expect(page.get_by_role("button", name="Remove the filter only calm")).to_be_visible()
