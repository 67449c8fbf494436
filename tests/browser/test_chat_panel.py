"""The conversation survives what networks do: late, twice, out of order, not at all."""

from playwright.sync_api import expect

from tests.browser.puppet import intent, steer


def test_a_message_stands_there_at_once_and_gets_one_reply(puppet):
    page = puppet.open().page

    puppet.say("more cats")
    expect(page.get_by_role("log")).to_contain_text("more cats")
    puppet.until(lambda: bool(puppet.bodies("POST", "/api/chat/messages")))
    uuid = puppet.bodies("POST", "/api/chat/messages")[0]["client_uuid"]
    puppet.tell("message", message_id=1, client_uuid=uuid, text="more cats", state="pending")
    puppet.tell("typing", message_id=1)
    expect(page.locator("#typing")).to_be_visible()
    puppet.tell("stage", message_id=1, stage="organise", state="running")
    expect(page.locator("#typing")).to_contain_text("Finding clips")
    reply = puppet.tell("reply", message_id=1, id=2, text="Cats it is.")
    puppet.push(reply)

    expect(page.locator("#typing")).to_be_hidden()
    assert puppet.bubbles() == ["more cats", "Cats it is."]


def test_a_reply_that_overtakes_the_answer_to_the_post_ends_the_waiting(puppet):
    page = puppet.open().page

    def told_before_answered():
        puppet.tell("message", message_id=7, client_uuid=puppet.posted[-1][2]["client_uuid"], text="hi there")
        puppet.tell("reply", message_id=7, id=8, text="Hello.")
        return 202, {"message_id": 7, "duplicate": False}

    puppet.answers["POST", "/api/chat/messages"] = told_before_answered
    puppet.say("hi there")

    expect(page.get_by_role("log")).to_contain_text("Hello.")
    page.wait_for_timeout(200)
    assert page.locator("#typing").is_hidden()
    assert puppet.bubbles() == ["hi there", "Hello."]


def test_events_that_were_lost_on_the_way_are_fetched_in_order(puppet):
    page = puppet.open().page

    puppet.tell("message", push=False, message_id=1, text="first", state="pending")
    puppet.tell("reply", push=False, message_id=1, id=2, text="one")
    puppet.tell("message", message_id=3, text="second", state="pending")
    puppet.tell("reply", message_id=3, id=4, text="two")

    expect(page.get_by_role("log")).to_contain_text("two")
    assert puppet.bubbles() == ["first", "one", "second", "two"]


def test_a_page_without_a_socket_asks_for_its_events(puppet):
    puppet.socket_is_up = False
    page = puppet.open().page

    puppet.tell("message", message_id=1, text="from another tab", state="pending")
    puppet.tell("reply", message_id=1, id=2, text="Heard you there.")

    expect(page.get_by_role("log")).to_contain_text("Heard you there.")
    assert puppet.bubbles() == ["from another tab", "Heard you there."]


def test_a_broken_socket_comes_back_where_it_stopped(puppet):
    page = puppet.open().page
    puppet.tell("message", message_id=1, text="before", state="pending")
    expect(page.get_by_role("log")).to_contain_text("before")

    puppet.sockets[-1].close(code=1012)
    puppet.tell("reply", push=False, message_id=1, id=2, text="after")

    expect(page.get_by_role("log")).to_contain_text("after")
    assert puppet.bubbles() == ["before", "after"]


def test_a_page_loaded_in_the_middle_waits_for_the_reply(puppet):
    puppet.messages = [{"id": 1, "author": "viewer", "text": "more cats", "state": "pending", "at": ""}]
    page = puppet.open().page
    expect(page.locator("#typing")).to_be_visible()

    puppet.tell("reply", message_id=1, id=2, text="Cats it is.")

    expect(page.locator("#typing")).to_be_hidden()
    assert puppet.bubbles() == ["more cats", "Cats it is."]


def test_an_event_that_the_first_load_showed_already_changes_nothing(puppet):
    puppet.messages = [
        {"id": 1, "author": "viewer", "text": "more cats", "state": "answered", "at": ""},
        {"id": 2, "author": "tiller", "text": "Cats it is.", "state": "answered", "reply_to": 1, "at": ""},
    ]
    page = puppet.open().page

    puppet.tell("message", message_id=1, text="more cats", state="pending")
    puppet.tell("typing", message_id=1)
    puppet.tell("reply", message_id=1, id=2, text="Cats it is.")
    puppet.tell("reply", message_id=9, id=10, text="The end.")

    expect(page.get_by_role("log")).to_contain_text("The end.")
    assert puppet.bubbles() == ["more cats", "Cats it is.", "The end."]
    assert page.locator("#typing").is_hidden()


def test_a_message_that_did_not_leave_is_sent_again_with_the_same_uuid(puppet):
    page = puppet.open().page
    failures = iter([(0, None), (500, {})])
    puppet.answers["POST", "/api/chat/messages"] = lambda: next(failures, (202, {"message_id": 1, "duplicate": False}))

    puppet.say("more cats")
    expect(page.get_by_role("log")).to_contain_text("No connection")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("log")).to_contain_text("Something broke")
    page.get_by_role("button", name="Retry").click()

    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    sent = puppet.bodies("POST", "/api/chat/messages")
    assert len(sent) == 3
    assert len({body["client_uuid"] for body in sent}) == 1
    assert puppet.bubbles() == ["more cats"]


def test_a_refused_message_goes_back_into_the_box_with_the_reason(puppet):
    page = puppet.open().page
    puppet.answers["POST", "/api/chat/messages"] = lambda: (422, {"detail": "Say it in words, please."})

    puppet.say("🎉🎉")

    expect(page.get_by_role("alert")).to_have_text("Say it in words, please.")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("🎉🎉")
    assert puppet.bubbles() == []


def test_ten_thousand_characters_are_refused_before_they_leave(puppet):
    page = puppet.open().page

    puppet.say("a" * 10_000)

    expect(page.get_by_role("alert")).to_have_text("A message can have 2,000 characters; this one has 10,000.")
    assert puppet.bodies("POST", "/api/chat/messages") == []


def test_markup_is_shown_as_text(puppet):
    page = puppet.open().page
    text = "<img src=x onerror=document.title='owned'><b>bold</b>"

    puppet.tell("reply", message_id=1, id=2, text=text)
    puppet.steer_to(intent(1, steer(text[:40])), new=[])

    expect(page.get_by_role("log")).to_contain_text("onerror")
    assert puppet.bubbles() == [text]
    assert page.title() == "Tiller"


def test_a_held_message_says_so_and_is_answered(puppet):
    page = puppet.open().page
    puppet.tell("message", message_id=1, text="something bad", state="pending")

    puppet.tell("held", message_id=1, id=2, text="I'd rather leave that one out.")

    expect(page.get_by_role("log")).to_contain_text("Not used for your feed.")
    assert puppet.bubbles() == ["something bad", "I'd rather leave that one out."]
    assert page.locator("#typing").is_hidden()


def test_an_idea_is_one_press_away(puppet):
    page = puppet.open().page

    page.get_by_role("button", name="something calm").click()

    expect(page.get_by_role("log")).to_contain_text("something calm")
    expect(page.get_by_text("Talk to your feed.")).to_be_hidden()
    assert puppet.bodies("POST", "/api/chat/messages")[0]["text"] == "something calm"


def test_shift_enter_breaks_the_line_and_enter_sends(puppet):
    page = puppet.open().page
    box = page.get_by_role("textbox", name="Message")
    box.press_sequentially("one")
    height_px = box.evaluate("b => b.offsetHeight")

    box.press("Shift+Enter")
    box.press_sequentially("two")
    assert box.evaluate("b => b.offsetHeight") > height_px
    box.press("Enter")

    puppet.until(lambda: bool(puppet.bodies("POST", "/api/chat/messages")))
    assert puppet.bodies("POST", "/api/chat/messages")[0]["text"] == "one\ntwo"
    expect(box).to_have_value("")


def test_letters_typed_into_the_box_are_no_commands(puppet):
    puppet.open()

    puppet.page.get_by_role("textbox", name="Message").press_sequentially("jungle nl?")

    expect(puppet.card(1)).to_be_in_viewport(ratio=0.9)
    assert puppet.engagements() == [] or {kind for kind, _ in puppet.engagements()} == {"impression"}


def test_a_removed_steer_leaves_and_can_be_brought_back(puppet):
    puppet.intent = intent(3, steer("cats"), steer("football", direction="less"))
    page = puppet.open().page
    steering = page.get_by_role("list", name="Steering")
    expect(steering.get_by_role("listitem")).to_have_count(2)

    def removed():
        puppet.intent = intent(4, steer("cats"))
        return 200, {"version": 4, "document": puppet.intent}

    def undone():
        puppet.intent = intent(5, steer("cats"), steer("football", direction="less"))
        return 200, {"version": 5, "document": puppet.intent}

    puppet.answers["DELETE", "/api/chat/steers/s-football"] = removed
    puppet.answers["POST", "/api/chat/undo"] = undone
    steering.get_by_role("button", name="Remove football").click()
    expect(steering.get_by_role("listitem")).to_have_count(1)
    puppet.steer_to(puppet.intent)
    expect(page.locator("#turn")).to_contain_text("football no longer steers")
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(steering.get_by_role("button", name="Remove football")).to_be_visible()


def test_a_paused_steer_shows_that_it_rests(puppet):
    puppet.intent = intent(1, steer("cats"))
    page = puppet.open().page
    paused = intent(2, steer("cats", paused=True))
    puppet.answers["POST", "/api/chat/steers/s-cats/pause"] = lambda: (200, {"version": 2, "document": paused})

    page.get_by_role("button", name="Pause cats").click()

    expect(page.get_by_role("button", name="Pause cats")).to_have_attribute("aria-pressed", "true")
    assert puppet.bodies("POST", "/api/chat/steers/s-cats/pause") == [{"paused": True}]


def test_an_edit_that_the_server_refuses_says_why_and_changes_nothing(puppet):
    puppet.intent = intent(1, steer("cats"))
    page = puppet.open().page
    puppet.answers["DELETE", "/api/chat/steers/s-cats"] = lambda: (404, {"detail": "That steer is gone already."})

    page.get_by_role("button", name="Remove cats").click()

    expect(page.get_by_text("That steer is gone already.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove cats")).to_be_visible()
