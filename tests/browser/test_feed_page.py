"""The feed plays what is on screen, tells what was watched, and turns without touching what was seen."""

from playwright.sync_api import expect

from tests.browser.puppet import intent, steer

# A toast leaves after some seconds; a slow test would miss it.
NOTE_TOASTS = """
window.toasts = [];
new MutationObserver((changes) => {
  const added = changes.flatMap((change) => [...change.addedNodes]);
  window.toasts.push(...added.filter((node) => node.className === "toast").map((node) => node.textContent));
}).observe(document, { childList: true, subtree: true });
"""


def test_the_page_keeps_its_names_and_roles(puppet):
    puppet.intent = intent(1, steer("cats"))
    page = puppet.open().page

    feed, card = page.get_by_role("feed"), page.get_by_role("article", name="Clip 1", exact=True)

    expect(feed).to_be_visible()
    expect(card).to_have_attribute("data-video-id", "1")
    expect(card.get_by_role("button", name="Why this?", exact=True)).to_be_visible()
    expect(card.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_text(["sea", "tag 1"])
    expect(page.get_by_role("log")).to_be_attached()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    steering = page.get_by_role("list", name="Steering", exact=True)
    expect(steering.get_by_role("button", name="Remove cats", exact=True)).to_be_visible()


def test_every_button_has_a_name_and_every_id_is_used_once(puppet):
    page = puppet.open().page

    nameless = page.locator("button:visible").evaluate_all(
        "all => all.filter(b => !(b.ariaLabel || b.textContent).trim()).map(b => b.outerHTML)"
    )
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")

    assert nameless == []
    assert len(ids) == len(set(ids))


def test_only_the_clip_on_screen_plays_and_the_next_is_loaded(puppet):
    page = puppet.open().page
    puppet.until(lambda: puppet.playing() == [1])

    puppet.next(2)
    puppet.next(3)

    loaded = page.locator("video[src]").evaluate_all("all => all.map(v => v.closest('article').dataset.videoId)")
    assert loaded == ["2", "3", "4"]
    assert page.locator("article video").evaluate_all("all => all.every(v => v.muted)")


def test_sound_comes_with_one_press_and_stays_for_the_next_clip(puppet):
    page = puppet.open().page

    page.get_by_role("button", name="Sound").click()
    puppet.next(2)

    assert not puppet.card(2).locator("video").evaluate("v => v.muted")


def test_the_feed_never_ends_and_never_repeats_itself(puppet):
    puppet.open()

    for number in range(2, 16):
        puppet.page.keyboard.press("ArrowDown")
        expect(puppet.card(number)).to_be_in_viewport(ratio=0.9)

    assert len(puppet.ids()) >= 19
    assert len(set(puppet.ids())) == len(puppet.ids())
    assert set(puppet.asked[-1]) >= set(range(1, 11))


def test_an_hour_of_watching_keeps_the_page_small(puppet):
    puppet.open()

    for _ in range(9):
        last = puppet.ids()[-1]
        puppet.card(last).evaluate("card => card.scrollIntoView({ behavior: 'instant', block: 'start' })")
        puppet.until(lambda last=last: puppet.playing() == [last] and puppet.ids()[-1] != last)

    puppet.until(lambda: puppet.ids()[0] > 1)
    assert len(puppet.ids()) <= 70
    expect(puppet.card(last)).to_be_in_viewport(ratio=0.9)
    assert puppet.playing() == [last]


def test_a_turn_exchanges_only_what_was_not_seen(puppet):
    page = puppet.open().page
    puppet.next(2)
    before = puppet.ids()
    puppet.card(2).locator("video").evaluate("v => { v.dataset.same = 'yes'; }")

    puppet.steer_to(intent(1, steer("Seoul")), new=["s-Seoul"])
    expect(page.locator("#turn")).to_contain_text("Turned to Seoul")

    after = puppet.ids()
    assert after[:2] == before[:2] == [1, 2]
    assert puppet.asked[-1] == [1, 2]
    assert puppet.playing() == [2]
    assert puppet.card(2).locator("video").get_attribute("data-same") == "yes"
    expect(puppet.card(3).locator(".card__cause")).to_have_text("You asked for wish 1")
    assert puppet.card(2).locator(".card__cause").is_hidden()


def test_a_wish_that_had_to_give_way_is_told_once(puppet):
    puppet.relaxed = "Too few calm clips, so others come between."
    puppet.page.add_init_script(NOTE_TOASTS)
    page = puppet.open().page

    last = puppet.ids()[-1]
    puppet.card(last).evaluate("card => card.scrollIntoView({ behavior: 'instant', block: 'start' })")
    puppet.until(lambda: puppet.ids()[-1] != last)

    assert page.evaluate("window.toasts") == [puppet.relaxed]


def test_see_next_leads_to_the_first_card_that_turned(puppet):
    page = puppet.open().page
    puppet.next(2)
    puppet.steer_to(intent(1, steer("Seoul")))

    page.get_by_role("button", name="See next").click()

    expect(puppet.card(3)).to_be_in_viewport(ratio=0.9)
    expect(puppet.card(3)).to_be_focused()


def test_a_slate_from_before_the_turn_is_asked_for_again(puppet):
    puppet.open()
    versions = iter([0, 0])
    puppet.feed_version = lambda: next(versions, 1)

    puppet.steer_to(intent(1, steer("Seoul")))

    expect(puppet.card(2).locator(".card__cause")).to_have_text("You asked for wish 1")
    assert len(puppet.ids()) == len(set(puppet.ids()))


def test_of_two_turns_at_once_the_last_one_stands(puppet):
    page = puppet.open().page

    puppet.steer_to(intent(1, steer("Seoul")))
    puppet.steer_to(intent(2, steer("Seoul"), steer("football", direction="less", hard=True)))

    expect(page.locator("#turn")).to_contain_text("No more football")
    expect(puppet.card(2).locator(".card__cause")).to_have_text("You asked for wish 2")
    expect(page.get_by_role("list", name="Steering").get_by_role("listitem")).to_have_count(2)


def test_why_this_tells_the_reason_and_the_viewers_words(puppet):
    puppet.intent = intent(1, steer("Seoul"))
    page = puppet.open().page

    puppet.card(1).get_by_role("button", name="Why this?").click()

    reason = puppet.card(1).get_by_role("group", name="Why you see this")
    expect(reason).to_contain_text("Because you asked.")
    expect(reason).to_contain_text("“more”")
    expect(reason.get_by_role("button", name="Best moment at 0:01")).to_be_visible()
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    expect(puppet.card(1).get_by_role("button", name="Why this?")).to_be_focused()


def test_what_was_watched_is_told_once(puppet):
    page = puppet.open().page
    page.wait_for_timeout(1300)
    page.keyboard.press("l")
    puppet.next(2)

    puppet.until(lambda: ("watch", 1) in puppet.engagements())

    told = puppet.engagements()
    assert told.count(("impression", 1)) == told.count(("like", 1)) == told.count(("watch", 1)) == 1
    assert ("skip", 1) not in told


def test_engagements_that_were_not_taken_are_sent_again_with_the_same_uuid(puppet):
    page = puppet.open().page
    refusals = iter([(503, {})])
    puppet.answers["POST", "/api/feed/engagements"] = lambda: next(refusals, (202, {}))

    page.keyboard.press("l")

    path = "/api/feed/engagements"
    puppet.until(lambda: [kind for kind, _ in puppet.engagements()].count("like") == 2)
    likes = [e for batch in puppet.bodies("POST", path) for e in batch["events"] if e["kind"] == "like"]
    assert likes[0]["client_uuid"] == likes[1]["client_uuid"]


def test_not_interested_moves_on_and_can_be_taken_back(puppet):
    page = puppet.open().page

    page.keyboard.press("n")
    expect(puppet.card(2)).to_be_in_viewport(ratio=0.9)
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(puppet.card(1)).to_be_in_viewport(ratio=0.9)
    puppet.until(lambda: puppet.playing() == [1])
    puppet.until(lambda: ("undo_not_interested", 1) in puppet.engagements())
    assert ("not_interested", 1) in puppet.engagements()


def test_after_a_like_the_cards_further_on_are_asked_for_anew(puppet):
    puppet.open()
    num_asked = len(puppet.asked)

    puppet.page.keyboard.press("l")

    puppet.until(lambda: len(puppet.asked) > num_asked)
    assert puppet.asked[-1] == [1, 2, 3]


def test_a_report_needs_a_reason_and_reaches_the_moderators(puppet):
    page = puppet.open().page

    puppet.card(1).get_by_role("button", name="Report").click()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("alert")).to_have_text("Choose what is wrong.")
    page.get_by_label("Hate or harassment").check()
    page.get_by_role("button", name="Send report").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    flag = {"target_kind": "video", "target_id": 1, "category": "hate", "note": ""}
    assert puppet.bodies("POST", "/api/safety/flags") == [flag]


def test_a_tap_pauses_and_two_taps_like(puppet):
    page = puppet.open().page
    puppet.until(lambda: puppet.playing() == [1])

    page.mouse.click(500, 300)
    puppet.until(lambda: puppet.playing() == [])
    page.mouse.click(500, 300)
    puppet.until(lambda: puppet.playing() == [1])
    page.mouse.dblclick(500, 300)

    expect(puppet.card(1).get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "true")
    assert puppet.playing() == [1]


def test_without_clips_the_page_waits_and_then_starts_by_itself(puppet):
    puppet.num_videos = 0
    puppet.progress |= {"total": 300, "ready": 0}
    page = puppet.open().page
    expect(page.get_by_text("The first clips are being prepared")).to_be_visible()
    expect(page.get_by_text("Preparing clips: 0 of 300")).to_be_visible()

    puppet.num_videos = 4
    puppet.progress |= {"ready": 4}

    expect(puppet.card(1)).to_be_in_viewport(timeout=15_000)
    expect(page.get_by_text("The first clips are being prepared")).to_be_hidden()


def test_a_wide_clip_is_shown_whole(puppet):
    puppet.aspect = (640, 360)
    puppet.open()

    video = puppet.card(1).locator("video")

    assert video.evaluate("v => getComputedStyle(v).objectFit") == "contain"
    assert puppet.card(1).locator(".card__backdrop").is_visible()
