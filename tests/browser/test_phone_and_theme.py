"""On a phone the chat is a sheet; light and dark are remembered; the login form fills itself in the demo."""

from playwright.sync_api import expect

from tests.browser.puppet import intent, steer

MIN_TARGET_PX = 44


def test_the_chat_is_a_sheet_that_opens_and_closes(phone):
    phone.intent = intent(1, steer("cats"))
    page = phone.open().page
    expect(page.get_by_role("textbox", name="Message")).to_be_hidden()
    expect(page.get_by_role("button", name="Remove cats")).to_be_visible()

    page.get_by_role("button", name="Chat", exact=True).click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("textbox", name="Message")).to_be_hidden()
    expect(page.get_by_role("button", name="Chat", exact=True)).to_be_focused()


def test_a_reply_behind_the_closed_sheet_is_marked(phone):
    page = phone.open().page

    phone.tell("reply", message_id=1, id=2, text="Seoul is coming up.")

    opener = page.locator("#chat-open")
    expect(opener).to_have_attribute("data-unread", "")
    opener.click()
    expect(page.get_by_text("Seoul is coming up.")).to_be_visible()
    assert opener.get_attribute("data-unread") is None


def test_what_was_said_before_the_page_loaded_is_no_news(phone):
    phone.messages = [{"id": 2, "author": "tiller", "text": "Hello.", "state": "answered", "reply_to": 1, "at": ""}]
    page = phone.open().page
    expect(page.locator(".bubble--tiller")).to_have_count(1)

    assert page.locator("#chat-open").get_attribute("data-unread") is None


def test_pulling_the_sheet_down_closes_it(phone):
    page = phone.open().page
    page.get_by_role("button", name="Chat", exact=True).click()
    page.locator("#chat").evaluate("sheet => Promise.all(sheet.getAnimations().map((a) => a.finished))")
    grip = page.locator("#chat-grip").bounding_box()

    page.mouse.move(195, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(195, grip["y"] + 80, steps=3)
    page.mouse.move(195, grip["y"] + 200, steps=3)
    page.mouse.up()

    expect(page.get_by_role("textbox", name="Message")).to_be_hidden()


def test_what_a_thumb_presses_is_large_enough(phone):
    phone.intent = intent(1, steer("cats"))
    page = phone.open().page

    small = page.locator("button:visible, a:visible, summary:visible").evaluate_all(
        """(all, min) => all.filter((e) => {
          const box = e.getBoundingClientRect();
          const after = getComputedStyle(e, "::after");
          const grown = after.content === "none" ? 0 : -2 * (parseFloat(after.top) || 0);
          return box.bottom > 0 && box.top < innerHeight && box.height + grown < min;
        }).map((e) => e.outerHTML.slice(0, 90))""",
        MIN_TARGET_PX,
    )

    assert small == []


def test_nothing_is_wider_than_the_phone(phone):
    phone.intent = intent(1, *[steer(f"a rather long wish number {n}") for n in range(8)])
    page = phone.open().page

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_theme_follows_the_system_until_it_is_chosen(puppet):
    page = puppet.page
    page.emulate_media(color_scheme="dark")
    puppet.open()
    background = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)

    page.get_by_role("button", name="Switch between light and dark").click()
    light = page.evaluate(background)
    page.reload()

    assert dark != light
    assert page.evaluate(background) == light
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_one_press_signs_in_with_a_demo_login(puppet):
    page = puppet.open("/accounts/login/").page
    expect(page.get_by_label("Username")).to_be_visible()

    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Continue as viewer").click()

    assert "login=viewer" in sent.value.post_data
    assert "password=tiller-demo" in sent.value.post_data
