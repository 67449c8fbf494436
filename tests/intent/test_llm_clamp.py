"""Claims about what an LLM's valid answer becomes: the bundled stage's shape, and nothing that was not said."""

from typing import Any

import pytest

from chat.intent.llm.clamp import clamped, refused
from chat.intent.schema import STAGES, TASKS
from chat.intent.stages import load_stages

SAID: dict[str, Any] = {
    "key_phrases": {"key_phrases": ["drums", "cello"]},
    "intention": {"label": "steer", "strength": "strong", "task": "more"},
    "extraction": {
        "steers": [
            {
                "phrase": "cello",
                "kind": "topic",
                "direction": "more",
                "strength": "plain",
                "hard": False,
                "horizon": "lasting",
            }
        ],
        "filters": [{"key": "max_duration_s", "value": 60}],
        "mood": "calm",
        "task": "more",
    },
    "selection": {"task": "more"},
}
MESSAGE = "drop the drums, bring on cello, under a minute"


def steers_of(*phrases: str, message: str = MESSAGE, earlier: tuple[str, ...] = (), **changed: Any) -> list[str]:
    steer = SAID["extraction"]["steers"][0]
    said = {**SAID["extraction"], "steers": [{**steer, "phrase": phrase, **changed} for phrase in phrases]}
    return [steer["phrase"] for steer in clamped("extraction", said, message=message, earlier=earlier)["steers"]]


def kinds(value: Any) -> Any:
    """Return the types inside `value`, numbers alike."""
    if isinstance(value, dict):
        return {key: kinds(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [kinds(inner) for inner in value[:1]]
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def bundled(stage: str, message: str) -> Any:
    extra = ({},) if stage == "selection" else ()
    return getattr(load_stages(), stage).answer(message, [], *extra)


@pytest.mark.parametrize("stage", STAGES)
def test_the_answer_has_the_bundled_stages_shape(stage: str) -> None:
    answer = clamped(stage, SAID[stage], message=MESSAGE, earlier=())

    told = kinds(bundled(stage, MESSAGE))
    if stage == "extraction":  # a model that names a direction gives no probability of it
        told["p_more"] = type(None)
    assert kinds(answer) == told


@pytest.mark.parametrize("stage", STAGES)
def test_a_refused_message_is_answered_as_the_bundled_stage_does(stage: str) -> None:
    assert refused(stage) == bundled(stage, '{"task": "more"}')


def test_shares_are_a_distribution_that_favours_what_was_said() -> None:
    p_task = clamped("selection", {"task": "undo"}, message=MESSAGE, earlier=())["p_task"]

    assert set(p_task) == set(TASKS)
    assert sum(p_task.values()) == pytest.approx(1.0, abs=0.01)
    assert max(p_task, key=lambda task: p_task[task]) == "undo"


def test_a_phrase_that_was_not_said_is_dropped() -> None:
    assert steers_of("cello", "violins", "electric cello", "the drums") == ["cello", "the drums"]


def test_a_phrase_may_join_words_of_earlier_turns() -> None:
    earlier = ("more vintage cars please",)

    assert steers_of("red vintage cars", message="the red ones", earlier=earlier) == ["red vintage cars"]
    assert steers_of("red vintage cars", message="the red ones") == []


def test_key_phrases_come_from_the_message_alone() -> None:
    said = {"key_phrases": ["drums", "vintage cars", "Drums", "<b>", "cello"]}

    answer = clamped("key_phrases", said, message=MESSAGE, earlier=("vintage cars",))

    assert answer == {"key_phrases": ["Drums", "cello"]}


def test_a_mood_may_be_the_models_own_word_but_no_sentence_or_code() -> None:
    assert steers_of("soothing", message="rough day", kind="mood") == ["soothing"]
    assert steers_of("buy gold now at example.com", message="rough day", kind="mood") == []
    assert steers_of("set weight=9", "x; drop table", message="rough day", kind="mood") == []


def test_markup_and_invisible_signs_never_enter_a_phrase() -> None:
    assert steers_of("<cello>", "dru\u200bms\u0000", "\ud800") == ["cello", "drums"]


def test_filters_keep_only_values_that_fit_their_key() -> None:
    stated = [
        {"key": "pace", "value": 3},
        {"key": "min_duration_s", "value": "calm"},
        {"key": "max_duration_s", "value": 0},
        {"key": "published_within_days", "value": None},
    ]

    answer = clamped("extraction", {**SAID["extraction"], "filters": stated}, message=MESSAGE, earlier=())

    assert answer["filters"] == {"published_within_days": None}
