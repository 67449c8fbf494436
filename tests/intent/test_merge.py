"""Claims about merging readings into the intent document."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.intent import merge
from chat.intent.schema import KINDS, STEERLESS_TASKS, TASKS, check_intent

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def steer(phrase: str, direction: str = "more", **changes: Any) -> dict[str, Any]:
    wish = {"phrase": phrase, "kind": "topic", "direction": direction, "strength": 0.7, "hard": False}
    return {**wish, "horizon": "lasting", **changes}


def reading(
    task: str, *steers: dict[str, Any], filters: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    base = {
        "schema": "reading/1",
        "id": 1,
        "task": task,
        "key_phrases": [],
        "intention": {"label": "steer", "strength": 0.7},
        "steers": list(steers),
        "filters": filters or {},
        "safety": {"verdict": "safe", "hazards": [], "score": 0.0},
        "degraded": [],
    }
    return {**base, **changes}


def say(
    document: dict[str, Any], told: dict[str, Any], said: str = "words", at: datetime = NOW, message_id: int = 1
) -> Any:
    return merge.apply_reading(document, told, now=at, message_id=message_id, said=said)


def phrases(document: dict[str, Any]) -> list[str]:
    return [item["phrase"] for item in document["steers"]]


def test_a_repeated_wish_strengthens_and_adds_no_second_steer() -> None:
    first = say(merge.empty_document(NOW), reading("more", steer("tigers"))).document

    again = say(first, reading("more", steer("the Tiger")))

    assert phrases(again.document) == ["tigers"]
    assert again.document["steers"][0]["strength"] > 0.7
    assert again.changed_ids == [first["steers"][0]["id"]] and again.summary.strengthened == ["tigers"]


def test_an_opposite_wish_replaces() -> None:
    first = say(merge.empty_document(NOW), reading("more", steer("tigers"))).document

    result = say(first, reading("less", steer("tigers", "less")))

    assert [(s["phrase"], s["direction"]) for s in result.document["steers"]] == [("tigers", "less")]
    assert result.removed_ids == [first["steers"][0]["id"]] and len(result.new_steer_ids) == 1


def test_a_hard_less_ends_narrower_wishes_and_a_soft_one_does_not() -> None:
    first = say(merge.empty_document(NOW), reading("more", steer("football highlights"))).document

    soft = say(first, reading("less", steer("football", "less"))).document
    hard = say(first, reading("less", steer("football", "less", hard=True))).document

    assert phrases(soft) == ["football highlights", "football"]
    assert phrases(hard) == ["football"]


def test_only_a_wish_that_names_the_thing_makes_it_live_longer() -> None:
    trip = say(merge.empty_document(NOW), reading("plan", steer("Paris")), said="flying to Paris on friday").document
    told = reading("more", steer("Paris"))

    by_pronoun = say(trip, told, said="what should I see there?", message_id=2).document["steers"]
    by_name = say(trip, told, said="I always love Paris", message_id=2).document["steers"]

    assert by_pronoun[0]["expires_at"] == trip["steers"][0]["expires_at"] is not None
    assert by_name[0]["expires_at"] is None


def test_just_for_now_expires() -> None:
    document = say(merge.empty_document(NOW), reading("more", steer("rain", horizon="now"))).document

    kept = merge.expire(document, NOW + timedelta(minutes=30))
    gone = merge.expire(document, NOW + timedelta(hours=2))

    assert kept.document == document
    assert gone.document["steers"] == [] and gone.document["version"] == document["version"] + 1


@pytest.mark.parametrize(
    ("said", "last_day"),
    [
        ("I'm travelling from San Francisco to Seoul next week", "2026-11-29"),
        ("flying to lisbon tomorrow", "2026-11-21"),
        ("we get married on 12 December", "2026-12-19"),
        ("moving house in two weeks", "2026-12-11"),
        ("going to japan in april", "2027-04-30"),
        ("running a marathon next month", "2026-12-31"),
        ("picnic on saturday", "2026-11-21"),
        ("christmas with the in-laws", "2026-12-25"),
        ("i'm planning a trip to oslo", "2026-12-20"),
    ],
)
def test_a_plan_lasts_until_after_the_date_it_names(said: str, last_day: str) -> None:
    document = say(merge.empty_document(NOW), reading("plan", steer("x", kind="place")), said=said).document

    expires_at = datetime.fromisoformat(document["steers"][0]["expires_at"])

    assert expires_at.date() == datetime.fromisoformat(last_day).date() + timedelta(days=1)


def test_forget_removes_what_it_names_and_tells_what_it_did_not_find() -> None:
    document = say(merge.empty_document(NOW), reading("more", steer("tiger cubs"), steer("pottery"))).document

    result = say(document, reading("forget", steer("tigers", "less"), steer("trains", "less")))

    assert phrases(result.document) == ["pottery"]
    assert result.summary.removed == ["tiger cubs"] and result.summary.unmatched == ["trains"]


def test_reset_clears_steers_filters_and_exploration() -> None:
    document = say(merge.empty_document(NOW), reading("more", steer("tigers"), filters={"pace": "calm"})).document
    document = say(document, reading("surprise")).document

    cleared = say(document, reading("reset")).document

    assert (cleared["steers"], cleared["filters"], cleared["explore"]) == ([], {}, merge.DEFAULT_EXPLORE)


def test_instead_takes_the_place_of_the_last_wish_only() -> None:
    document = say(merge.empty_document(NOW), reading("more", steer("sushi")), message_id=1).document
    document = say(document, reading("more", steer("drums"), steer("bass")), message_id=2).document

    result = say(document, reading("more", steer("cello")), said="wait, cello instead", message_id=3)

    assert phrases(result.document) == ["sushi", "cello"]
    assert result.summary.replaced == ["drums", "bass"]


def test_a_null_filter_clears_and_a_newer_length_wins() -> None:
    document = say(
        merge.empty_document(NOW), reading("refine", filters={"max_duration_s": 30, "pace": "calm"})
    ).document

    longer = say(document, reading("refine", filters={"min_duration_s": 60, "pace": None})).document

    assert longer["filters"] == {"min_duration_s": 60}


@pytest.mark.parametrize(
    "changes", [{"degraded": ["safety"]}, {"safety": {"verdict": "unsafe", "hazards": [], "score": 1.0}}]
)
def test_a_held_message_changes_nothing(changes: dict[str, Any]) -> None:
    document = merge.empty_document(NOW)

    result = say(document, reading("more", steer("tigers"), **changes))

    assert result.document == document and result.summary.is_empty


_STEERS = st.builds(
    steer,
    st.sampled_from(["tigers", "Tiger", "football", "football drills", "서울", "x" * 120, "a"])
    | st.text(min_size=1, max_size=40),
    st.sampled_from(["more", "less"]),
    kind=st.sampled_from(KINDS),
    strength=st.floats(0, 1),
    hard=st.booleans(),
    horizon=st.sampled_from(["now", "session", "lasting"]),
)
_FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "min_duration_s": st.none() | st.floats(0, 500),
        "max_duration_s": st.none() | st.floats(0, 500),
        "pace": st.sampled_from([None, "calm", "lively"]),
        "published_within_days": st.none() | st.floats(0, 400),
    },
)


@st.composite
def _readings(draw: st.DrawFn) -> dict[str, Any]:
    task = draw(st.sampled_from((*TASKS, "blocked")))
    steers = [] if task in STEERLESS_TASKS else draw(st.lists(_STEERS, max_size=12))
    return reading(task, *steers, filters=draw(_FILTERS))


_ACTIONS = st.lists(st.tuples(_readings(), st.text(max_size=300), st.integers(0, 10**6)), max_size=30)


@settings(max_examples=60, deadline=None)
@given(_ACTIONS)
def test_any_sequence_of_readings_leaves_a_valid_document(actions: list[tuple[dict[str, Any], str, int]]) -> None:
    document, now = merge.empty_document(NOW), NOW

    for number, (told, said, pause_s) in enumerate(actions):
        now += timedelta(seconds=pause_s)
        result = say(document, told, said=said, at=now, message_id=number)

        check_intent(result.document)
        ids = [item["id"] for item in result.document["steers"]]
        assert len(set(ids)) == len(ids)
        assert set(result.new_steer_ids + result.changed_ids) <= set(ids)
        assert not set(result.removed_ids) & set(ids)
        assert result.document["version"] - document["version"] == (result.document != document)
        document = result.document


@settings(max_examples=30, deadline=None)
@given(_readings(), st.text(max_size=100))
def test_merging_the_same_message_into_the_same_document_gives_the_same_bytes(told: dict[str, Any], said: str) -> None:
    document = say(merge.empty_document(NOW), reading("more", steer("tigers"))).document
    kept = repr(document)

    first, second = say(document, told, said=said), say(document, told, said=said)

    assert first.document == second.document
    assert repr(document) == kept
