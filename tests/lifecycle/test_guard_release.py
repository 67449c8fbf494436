"""A trained guard judges the next text once it is released; where its file is not what was released nothing passes; back is one step."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lifecycle.guards.services import GUARDS, guard_propose
from lifecycle.models import GuardVersion
from lifecycle.releases.kinds import GUARD
from lifecycle.releases.services import release_approve, release_ask
from safety import chosen, serving
from safety.guard import load_guard
from safety.guard.shipped import shipped_name
from safety.models import AuditEntry, PolicyVersion
from safety.screen import Screening, screen
from tests.lifecycle.releasing_guard import FACTS, STOPS_NONE, WORDS, candidate, draft, scores
from vision.history import BY_COMMAND
from vision.releases import ReleaseRefusedError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looks_each_time(home: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Rows are read for every text, and no guard is left in memory from a test before."""
    settings.RELEASE_NEEDS_TWO = False
    monkeypatch.setattr(serving, "MAX_AGE_S", -1.0)
    chosen._released.cache_clear()
    load_guard()  # a worker has the shared encoder in memory before its first message


def screened(role: str = "viewer") -> Screening:
    return screen(text=WORDS, role=role)


def test_a_released_guard_judges_the_next_text_and_the_way_back_is_one_step(admins: Any) -> None:
    first, second = candidate("guard-all"), candidate("guard-none", shift=STOPS_NONE)
    said = [screened()]

    GUARDS.release(version=first)
    said.append(screened())
    GuardVersion.objects.filter(pk=second.pk).update(scores=scores())  # measured anew, against the first
    GUARDS.release(version=second)
    said.append(screen(text="how to kill my neighbour", role="viewer"))
    GUARDS.rollback()
    said.append(screened())
    GUARDS.withdraw(by=BY_COMMAND)
    said.append(screened())

    assert [one.action for one in said] == ["allow", "hold", "allow", "hold", "allow"]
    names = [shipped_name(), "guard-all", "guard-none", "guard-all", shipped_name()]
    assert [one.model_version for one in said] == names and not any(one.fault for one in said)


@pytest.mark.parametrize("role", ["viewer", "reply", "title"])
@pytest.mark.parametrize("harm", ["gone", "cut", "another"])
def test_a_process_that_cannot_read_the_released_guard_holds_everything(harm: str, role: str, home: Path) -> None:
    version = GUARDS.release(version=candidate("guard-none", shift=STOPS_NONE))
    file = home / version.file
    if harm == "gone":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(file.read_bytes()[:-1000])
    else:
        file.write_bytes((draft("guard-other", shift=STOPS_NONE) / "guard.safetensors").read_bytes())

    said = screened(role)

    assert (said.action, said.model_version) == ("hold", "") and "guard-none" in said.fault
    GUARDS.withdraw(by=BY_COMMAND)
    assert screened(role).action == "allow", "what ships needs no file of the home"


def test_the_page_says_that_what_serves_cannot_be_read(client: Client, admins: Any, home: Path) -> None:
    version = GUARDS.release(version=candidate())
    client.force_login(admins[0])

    before = client.get("/models/releases").content.decode()
    (home / version.file).unlink()
    after = client.get("/models/releases").content.decode()

    assert "It cannot be read." not in before
    assert "It cannot be read." in after and "The weights of guard-all cannot be read" in after


def test_what_was_damaged_before_its_release_is_not_released(home: Path) -> None:
    version = candidate()
    (home / version.file).write_bytes(b"nothing")

    with pytest.raises(ReleaseRefusedError, match="not those that were proposed"):
        GUARDS.release(version=version)

    assert GUARDS.serving() is None


def test_a_guard_that_this_code_cannot_load_is_not_released(home: Path) -> None:
    version = guard_propose(draft=draft("guard-narrow", is_narrow=True), scores=scores(), **FACTS)

    with pytest.raises(ReleaseRefusedError, match="of another network than this code's"):
        GUARDS.release(version=version)

    assert GUARDS.serving() is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"fall": 0.01}, "hatecheck, unsafe falls from 0.780 to 0.770"),
        ({"recall": 0.89}, "loses the policy's floor of recall, 0.90"),
        ({"recall": 0.92}, "nothing is better"),
    ],
)
def test_a_guard_by_which_a_set_or_a_floor_falls_is_refused_in_its_row(told: dict[str, float], words: str) -> None:
    version = candidate(**told)

    with pytest.raises(ReleaseRefusedError, match=words):
        GUARDS.release(version=version)

    version.refresh_from_db()
    assert version.state == "refused" and words in version.problem
    assert screened().model_version == shipped_name()


def test_a_guard_is_measured_against_the_one_that_serves_with_its_thresholds(admins: Any) -> None:
    first, second = candidate("guard-none", shift=STOPS_NONE), candidate("guard-all")
    GUARDS.release(version=first)

    with pytest.raises(ReleaseRefusedError, match=f"measured against {shipped_name()}, and guard-none serves now"):
        GUARDS.release(version=second)
    GuardVersion.objects.filter(pk=second.pk).update(scores=scores())
    PolicyVersion.objects.create(hazard="hate", unsafe_at=0.7, guard_version="guard-none", accepted_by=admins[0])
    with pytest.raises(ReleaseRefusedError, match="other thresholds count for it now"):
        GUARDS.release(version=second)

    assert GUARDS.serving() == first


def test_the_files_of_a_released_guard_are_never_written_again(home: Path) -> None:
    version = GUARDS.release(version=candidate())
    content = (home / version.file).read_bytes()

    with pytest.raises(ValueError, match="was released already: it is serving"):
        guard_propose(draft=draft("guard-all", shift=STOPS_NONE), scores=scores(), **FACTS)

    assert (home / version.file).read_bytes() == content


def test_two_admins_release_a_guard_from_the_page(client: Client, admins: Any, settings: Any) -> None:
    settings.RELEASE_NEEDS_TWO = True
    ada, grace = admins
    version = candidate()

    request = release_ask(kind=GUARD, version=version, admin_id=ada.pk, reason="stops more")
    assert request is not None and screened().action == "allow"
    with pytest.raises(ReleaseRefusedError, match="another admin"):
        release_approve(request_id=request.pk, admin_id=ada.pk)
    release_approve(request_id=request.pk, admin_id=grace.pk)
    client.force_login(ada)
    pages = [client.get(path).content.decode() for path in ("/models/releases", f"/models/releases/guard/{version.pk}")]
    while_serving = screened()
    client.post("/models/releases/guard/rollback", {"reason": "holds too much"})

    assert while_serving.action == "hold" and screened().action == "allow"
    assert "guard-all" in pages[0] and "the guard that ships with Tiller" in pages[0]
    assert "hatecheck, unsafe" in pages[1] and "Guard `guard-all`" in pages[1]
    told = AuditEntry.objects.filter(target_kind="guardversion", verb__startswith="version_").order_by("pk")
    assert [(e.verb, e.actor and e.actor.username) for e in told] == [
        ("version_candidate", None),
        ("version_serving", "ada"),
        ("version_retired", "ada"),
    ]


def _command(*args: str) -> str:
    out = StringIO()
    call_command("release_guard", *args, stdout=out)
    return out.getvalue()


def test_the_command_releases_goes_back_and_says_how_things_stand(home: Path) -> None:
    version = candidate()

    said = [_command("guard-all"), _command("--status")]
    (home / version.file).unlink()
    said.append(_command("--status"))
    said.append(_command("--rollback"))
    with pytest.raises(CommandError, match="cannot be read"):
        _command("--rollback", "guard-all")

    assert "guard-all serves from now on" in said[0] and "in force: guard-all" in said[1]
    assert "everything is held" in said[2] and "the guard that ships" in said[3]
    with pytest.raises(CommandError, match="does already"):
        _command("--shipped")
    with pytest.raises(CommandError, match="no version is named"):
        _command("guard-nowhere")


def test_another_profile_of_guard_has_nothing_to_release(settings: Any) -> None:
    version = candidate()
    settings.STAGE_PROFILES = settings.STAGE_PROFILES | {"guard": "served"}

    with pytest.raises(ReleaseRefusedError, match="would judge nothing"):
        GUARDS.release(version=version)


def test_rows_are_read_at_most_once_in_two_seconds(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(serving, "MAX_AGE_S", 3600.0)
    serving.reset()

    with django_assert_num_queries(2):
        for _ in range(5):
            screened()

    serving.reset()
