"""Claims about composed replies."""

from typing import Any

import pytest

from chat.intent.merge import MergeSummary
from chat.intent.reply import MAX_REPLY_CHARS, ReplyFacts, WhyFact, compose_reply
from tests.intent.test_merge import reading, steer


def reply(told: dict[str, Any], done: MergeSummary | None = None, recent: tuple[str, ...] = (), **facts: Any) -> str:
    return compose_reply(told, done or MergeSummary(), ReplyFacts(**facts), recent)


def test_no_two_replies_in_a_row_are_alike() -> None:
    told, recent = reading("more", steer("tigers")), []

    for _ in range(6):
        recent.append(reply(told, MergeSummary(added=["tigers"]), tuple(recent)))

    assert len(set(recent)) == 6


def test_a_count_and_a_title_are_told_only_when_they_are_facts() -> None:
    told = reading("more", steer("tigers"))

    known = [reply(told, recent=("x",) * turn, num_matching=12, titles=["Tiger cubs at play"]) for turn in range(8)]
    unknown = reply(told)

    assert all("Tiger cubs at play" in text for text in known)
    assert "clip" not in unknown and not any(char.isdigit() for char in unknown)


def test_nothing_good_asks_back() -> None:
    text = reply(reading("search", steer("a dodo on a skateboard")), good_match=False, num_matching=3, titles=["Ducks"])

    assert text.endswith(("?", "Tell me what."))
    assert "Ducks" not in text


@pytest.mark.parametrize("task", ["more", "less", "plan", "learn", "search", "mood"])
def test_markup_is_never_echoed(task: str) -> None:
    hostile = steer('<img src=x onerror="alert(1)">{tigers}', direction="less" if task == "less" else "more")

    text = reply(reading(task, hostile), num_matching=2, titles=["<b>bold</b> ${x}"])

    assert not set('<>{}$="') & set(text)
    assert "tigers" in text


@pytest.mark.parametrize(
    "task", ["more", "less", "mood", "surprise", "refine", "reset", "undo", "explain", "forget", "chat", "blocked"]
)
def test_every_task_gets_one_or_two_short_sentences(task: str) -> None:
    text = reply(reading(task))

    assert 0 < len(text) <= MAX_REPLY_CHARS
    assert text[0].isupper() and text[-1] in ".?!"


def test_why_is_answered_with_the_cause() -> None:
    why = WhyFact(title="Seoul by night", source="steer", phrase="Seoul", said="I'm travelling to Seoul")

    text = reply(reading("explain"), why=why)

    assert "Seoul" in text and "Seoul by night" in text


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("quiero ver más videos de gatos", "English"),
        ("asdfghjkl qwrtzp", "word"),
        ('{"steers": []}', "words"),
        ("thank you!", ""),
    ],
)
def test_chat_is_answered_in_its_manner(said: str, word: str) -> None:
    text = reply(reading("chat"), said=said)

    assert word in text
    assert "{" not in text


def test_self_harm_gets_kind_words_and_help() -> None:
    told = reading("blocked", safety={"verdict": "unsafe", "hazards": ["suicide_self_harm"], "score": 0.99})

    assert "reach out" in reply(told) or "crisis line" in reply(told)
