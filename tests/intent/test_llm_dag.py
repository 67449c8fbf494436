"""Claims about the whole DAG with stages that a server answers, or does not: degraded as designed, never a wrong write."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat import llm
from chat.models import IntentVersion, Message
from chat.profiles import stage_profiles
from chat.selectors import intent_document
from tests.chat.conftest import make_users
from tests.chat.driving import SAFE, run_of, send, stage_of
from tests.intent import hostile_server as hostile
from tests.intent.hostile_server import serving
from tests.intent.test_llm_served import GOOD, HOSTILE
from workers import stages as workers
from workers.tasks import chat as jobs

pytestmark = pytest.mark.django_db
PARALLEL = ("guard", "key_phrases", "intention", "extraction")


@pytest.fixture()
def alice() -> Any:
    return make_users()["alice"]


def run(url: str, viewer: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, text: str = "more ramen please") -> int:
    """Take one message through the workers' own code, each LLM stage served from `url`; the guard alone is canned."""
    settings.STAGE_PROFILES = stage_profiles("all=served", default="bundled")
    settings.SERVED_URL, settings.SERVED_MODEL = url, "tiny"
    llm.chosen_stages.cache_clear()
    monkeypatch.setitem(workers.STAGE_WORKERS, "guard", lambda _: (SAFE, "test"))
    monkeypatch.setattr(workers, "screen", lambda **_: SimpleNamespace(action="allow"))
    message_id = send(viewer, text)
    for stage in PARALLEL:
        jobs.run_stage(stage_run_id=stage_of(message_id, stage).pk)
    llm.chosen_stages.cache_clear()
    return message_id


def test_a_served_message_steers_and_its_rows_name_model_and_prompt(
    alice: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(hostile.saying_by_title(GOOD)) as server:
        message_id = run(server.url, alice, settings, monkeypatch)

    assert run_of(message_id).reading["degraded"] == []
    assert [steer["phrase"] for steer in intent_document(viewer_id=alice.pk)["steers"]] == ["ramen"]
    assert Message.objects.get(reply_to_id=message_id).text == "More ramen."
    versions = {stage: stage_of(message_id, stage).model_version for stage in GOOD}
    assert versions == {stage: f"tiny {stage}.v1" for stage in GOOD}
    assert not any(str(alice.pk) == word for body in server.bodies for word in str(body["messages"]).split())


@pytest.mark.parametrize("name", ["500", "html", "another schema", "cuts", "redirects", "cut by length"])
def test_a_server_that_misbehaves_degrades_the_run_and_writes_nothing(
    name: str, alice: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(HOSTILE[name][0]) as server:
        message_id = run(server.url, alice, settings, monkeypatch)

    ended = run_of(message_id)
    assert (ended.state, ended.reading["task"]) == ("done", "chat")
    assert set(ended.reading["degraded"]) == {"key_phrases", "intention", "extraction", "selection"}
    assert not IntentVersion.objects.filter(viewer=alice, version__gt=0).exists()
    failed = stage_of(message_id, "extraction")
    assert (failed.state, failed.attempts) == ("failed", 1) and "LLMFailed" in failed.error
    assert stage_of(message_id, "reply").model_version == "compose/1"
    assert Message.objects.get(reply_to_id=message_id).text


def test_one_stage_without_an_answer_leaves_the_others_to_steer(
    alice: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(hostile.saying_by_title({**GOOD, "extraction": "no JSON"})) as server:
        message_id = run(server.url, alice, settings, monkeypatch)

    assert run_of(message_id).reading["degraded"] == ["extraction"]
    assert [steer["phrase"] for steer in intent_document(viewer_id=alice.pk)["steers"]] == ["ramen"], "the key phrase"


@pytest.mark.parametrize("command", [("understand",), ("evaluate", "understanding")])
def test_a_command_refuses_a_profile_without_its_model(command: tuple[str, ...], settings: Any) -> None:
    settings.SERVED_URL = ""
    llm.chosen_stages.cache_clear()

    with pytest.raises(CommandError, match="TILLER_SERVED_URL"):
        call_command(*command, "--profile", "served")


def test_an_invented_title_is_not_said(alice: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    invented = {**GOOD, "reply": {"reply": 'Starting with "Ramen Nights in Osaka".'}}
    with serving(hostile.saying_by_title(invented)) as server:
        message_id = run(server.url, alice, settings, monkeypatch)

    assert "Osaka" not in Message.objects.get(reply_to_id=message_id).text
    assert stage_of(message_id, "reply").model_version == "compose/1"
