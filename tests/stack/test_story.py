"""The feed turns when you talk to it: real database, real workers, real catalogue."""

import pytest

from tests.stack.viewer import Viewer, num_about

SEOUL = ("seoul", "korea", "south korea", "korean")
FOOTBALL = ("football", "soccer")


@pytest.fixture()
def viewer(server):
    return Viewer(server)


def test_a_trip_to_seoul_turns_the_feed_to_seoul(viewer):
    before = viewer.cards(10)

    reply = viewer.say("I'm travelling from San Francisco to Seoul next week")

    after = viewer.cards(10)
    assert num_about(before, *SEOUL) <= 1, [card["title"] for card in before]
    assert num_about(after, *SEOUL) >= 6, [(card["title"], card["tags"]) for card in after]
    assert "Seoul" in reply
    assert 0 < len(reply) <= 280
    phrases = {steer["phrase"].lower() for steer in viewer.steers()}
    assert any("seoul" in phrase for phrase in phrases)
    assert not any("francisco" in phrase for phrase in phrases)


def test_steered_cards_say_why_in_the_viewers_own_words(viewer):
    viewer.say("I'm travelling from San Francisco to Seoul next week")

    steered = [card for card in viewer.cards(10) if card["reason"]["source"] == "steer"]

    assert len(steered) >= 6
    assert all("Seoul" in card["reason"]["said"] for card in steered)


def test_no_more_football_means_none_in_the_next_fifty(viewer):
    viewer.say("no more football")

    cards = viewer.cards(50)

    assert num_about(cards, *FOOTBALL) == 0, [card["title"] for card in cards if num_about([card], *FOOTBALL)]
    assert len({card["video_id"] for card in cards}) == 50


def test_more_of_a_thing_gives_more_of_it(viewer):
    viewer.say("I want to see more football")

    cards = viewer.cards(5)

    assert num_about(cards, *FOOTBALL) >= 3, [(card["title"], card["tags"]) for card in cards]


def test_removing_a_steer_takes_its_cards_away(viewer):
    viewer.say("I'm travelling from San Francisco to Seoul next week")
    steer = next(steer for steer in viewer.steers() if "seoul" in steer["phrase"].lower())

    removed = viewer.client.delete(f"/api/chat/steers/{steer['id']}")

    assert removed.status_code == 200, removed.text
    assert all("seoul" not in left["phrase"].lower() for left in viewer.steers())
    assert num_about(viewer.cards(10), *SEOUL) <= 3


def test_undo_brings_the_former_document_back_word_for_word(viewer):
    viewer.say("no more football")
    former = viewer.state()["intent"]
    viewer.say("I'd love to see more lighthouses")

    undone = viewer.client.post("/api/chat/undo").json()["document"]

    assert undone["steers"] == former["steers"]
    assert undone["filters"] == former["filters"]


def test_one_viewers_words_leave_another_viewers_feed_alone(server):
    talker, bystander = Viewer(server), Viewer(server)

    talker.say("no more football, only jellyfish")

    assert bystander.steers() == []
    assert bystander.state()["messages"] == []
