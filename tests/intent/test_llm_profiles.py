"""Claims about choosing a profile stage by stage, and about refusing at the start what cannot work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chat.plan import STAGES, stage_leases_s
from chat.profiles import LLM_STAGES, check_guard, check_profiles, stage_profiles

ROOT = Path(__file__).resolve().parents[2]


def test_every_stage_follows_the_default() -> None:
    assert stage_profiles("", default="bundled") == dict.fromkeys(STAGES, "bundled")


def test_a_stage_may_have_a_profile_of_its_own() -> None:
    chosen = stage_profiles(" extraction=served, reply = open,", default="bundled")

    assert (chosen["extraction"], chosen["reply"], chosen["intention"]) == ("served", "open", "bundled")


def test_all_names_every_stage_that_an_llm_can_answer() -> None:
    chosen = stage_profiles("all=bundled,reply=served", default="served")

    assert {stage for stage in LLM_STAGES if chosen[stage] == "bundled"} == {*LLM_STAGES} - {"reply"}


@pytest.mark.parametrize("text", ["extraction", "guard=gpt", "extraction=gpt", "organise=open", "=served"])
def test_what_makes_no_sense_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        stage_profiles(text, default="bundled")


def test_a_slow_stage_has_a_longer_lease_and_the_others_keep_theirs() -> None:
    bundled = stage_leases_s(profiles=stage_profiles("", default="bundled"))

    mixed = stage_leases_s(profiles=stage_profiles("extraction=served", default="bundled"))

    assert mixed["extraction"] > bundled["extraction"]
    assert {**mixed, "extraction": 0} == {**bundled, "extraction": 0}


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("served", {"served_url": "", "served_model": "m"}),
        ("served", {"served_url": "http://127.0.0.1:1/v1", "served_model": ""}),
        ("served", {"served_url": "127.0.0.1:1", "served_model": "m"}),
        ("open", {"open_llm": ""}),
    ],
)
def test_a_profile_without_its_model_is_refused(profile: str, named: dict[str, str]) -> None:
    given = {"open_llm": "m", "served_url": "http://127.0.0.1:1/v1", "served_model": "m"}
    profiles = stage_profiles(f"reply={profile}", default="bundled")
    check_profiles(profiles, **given)

    with pytest.raises(ValueError, match="TILLER_"):
        check_profiles(profiles, **{**given, **named})


def test_the_guard_stays_bundled_unless_it_is_named() -> None:
    assert stage_profiles("all=served", default="open")["guard"] == "bundled"
    assert stage_profiles("guard=served", default="bundled")["guard"] == "served"


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("open", {"open_guard": ""}),
        ("served", {"served_guard": ""}),
        ("served", {"served_url": "127.0.0.1:1"}),
    ],
)
def test_a_guard_without_its_model_is_refused(profile: str, named: dict[str, str]) -> None:
    given = {"open_guard": "m", "served_url": "http://127.0.0.1:1/v1", "served_guard": "m"}
    check_guard(profile, **given)

    with pytest.raises(ValueError, match="TILLER_"):
        check_guard(profile, **{**given, **named})


def test_the_settings_refuse_at_the_start() -> None:
    environment = {**os.environ, "TILLER_STAGE_PROFILES": "extraction=served", "TILLER_SERVED_URL": ""}

    started = subprocess.run(
        [sys.executable, "-c", "import webapp.settings"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr and "TILLER_SERVED_URL" in started.stderr
