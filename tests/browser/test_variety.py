"""The slider for variety says where it stands, keeps what was chosen, and the cards ahead follow."""

from playwright.sync_api import expect


def test_the_slider_keeps_what_was_chosen_and_turns_the_cards_ahead(puppet):
    puppet.diversity = 0.2
    page = puppet.open().page
    slider = page.get_by_role("slider", name="Variety")
    expect(slider).to_have_value("20")
    expect(slider).to_have_attribute("aria-valuetext", "much alike")
    num_asked = len(puppet.asked)

    slider.focus()
    page.keyboard.press("End")

    puppet.until(lambda: len(puppet.asked) > num_asked)
    assert puppet.bodies("PUT", "/api/feed/diversity") == [{"diversity": 1}]
    expect(page.locator("#diversity-words")).to_have_text("very varied")
    assert puppet.ids()[:2] == [1, 2]  # what is on screen and the next stay


def test_a_value_that_the_server_refuses_goes_back_with_the_reason(puppet):
    puppet.answers["PUT", "/api/feed/diversity"] = lambda: (500, {"detail": "Not now."})
    page = puppet.open().page
    slider = page.get_by_role("slider", name="Variety")
    expect(slider).to_be_enabled()

    slider.focus()
    page.keyboard.press("Home")

    expect(page.get_by_text("Not now.")).to_be_visible()
    expect(slider).to_have_value("50")
    expect(slider).to_have_attribute("aria-valuetext", "as it comes")


def test_on_a_phone_the_slider_is_in_the_open_sheet_and_large_enough(phone):
    page = phone.open().page
    slider = page.get_by_role("slider", name="Variety")
    expect(slider).to_be_hidden()

    page.get_by_role("button", name="Chat", exact=True).click()

    expect(slider).to_be_visible()
    assert slider.bounding_box()["height"] >= 44
