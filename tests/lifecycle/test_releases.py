"""Nobody releases past the gate, nor alone where two are asked for; what happened stays in the history."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from feed import rankers
from feed.models import RankerVersion
from feed.services.ranker_release import ranker_propose
from lifecycle.models import ReleaseRequest
from lifecycle.releases.kinds import ENCODER, RANKER
from lifecycle.releases.services import release_approve, release_ask, release_withdraw, rollback
from safety.models import AuditEntry
from tests.feed.releasing_ranker import FACTS, SCORES, WORSE, small_ranker
from vision.releases import ReleaseRefusedError

pytestmark = pytest.mark.django_db


def candidate(seed: int = 1, scores: dict[str, Any] = SCORES) -> RankerVersion:
    return ranker_propose(ranker=small_ranker(seed), scores=scores, **FACTS)


def state_of(version: RankerVersion) -> str:
    version.refresh_from_db()
    return version.state


@pytest.fixture(autouse=True)
def _one_is_enough(settings: Any, home: Path) -> None:
    settings.RELEASE_NEEDS_TWO = False


@pytest.fixture()
def two(settings: Any) -> None:
    settings.RELEASE_NEEDS_TWO = True


def test_an_admin_releases_and_rolls_back_and_the_history_says_who_and_why(admins: Any) -> None:
    ada, grace = admins
    first, second = candidate(1), candidate(2)
    for version in (first, second):
        release_ask(kind=RANKER, version=version, admin_id=ada.pk, reason=f" for {version.slug} ")

    rollback(kind=RANKER, version=first, admin_id=grace.pk, reason="skips went up")

    assert (state_of(first), state_of(second)) == ("serving", "retired")
    assert rankers.current().name == first.slug  # type: ignore[union-attr]
    told = [(e.actor and e.actor.username, e.verb, e.detail["version"], e.detail["reason"]) for e in history()]
    assert told[:4] == [
        ("grace", "version_serving", first.slug, "skips went up"),
        ("grace", "version_retired", second.slug, "skips went up"),
        ("ada", "version_serving", second.slug, f"for {second.slug}"),
        ("ada", "version_retired", first.slug, f"for {second.slug}"),
    ]
    assert [(e.actor_id, e.detail["way"]) for e in history()][-2:] == [(None, "command")] * 2, "who proposed them"


def history() -> list[AuditEntry]:
    from vision.history import history_of

    return list(history_of(RankerVersion))


def test_the_history_cannot_be_changed(admins: Any) -> None:
    candidate()

    for change in (lambda rows: rows.update(detail={}), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(AuditEntry.objects.filter(verb="version_candidate"))


def test_what_the_gate_refuses_is_refused_in_its_row_and_stays_so(admins: Any) -> None:
    version = candidate(scores=WORSE)

    for _ in range(2):
        with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
            release_ask(kind=RANKER, version=version, admin_id=admins[0].pk, reason="please")

    assert state_of(version) == "refused"
    assert rankers.current() is None
    assert AuditEntry.objects.filter(verb="version_refused", actor=admins[0]).exists()


def test_a_release_by_two_waits_for_the_other_and_the_same_admin_cannot_give_both(admins: Any, two: None) -> None:
    ada, grace = admins
    version = candidate()
    request = release_ask(kind=RANKER, version=version, admin_id=ada.pk, reason="better by far")
    assert request is not None
    assert release_ask(kind=RANKER, version=version, admin_id=grace.pk, reason="") == request, "one request a version"

    with pytest.raises(ReleaseRefusedError, match="another admin"):
        release_approve(request_id=request.pk, admin_id=ada.pk)
    assert state_of(version) == "candidate"
    release_approve(request_id=request.pk, admin_id=grace.pk)

    assert state_of(version) == "serving"
    with pytest.raises(ReleaseRefusedError, match="answered already"):
        release_approve(request_id=request.pk, admin_id=grace.pk)
    verbs = {(e.verb, e.actor.username) for e in AuditEntry.objects.filter(actor__isnull=False).select_related("actor")}
    assert {("release_ask", "ada"), ("release_approve", "grace"), ("version_serving", "ada")} <= verbs


def test_the_database_itself_refuses_one_person_as_both(admins: Any, two: None) -> None:
    request = release_ask(kind=RANKER, version=candidate(), admin_id=admins[0].pk, reason="")
    assert request is not None

    with pytest.raises(IntegrityError, match="lifecycle_two_people_release"), transaction.atomic():
        ReleaseRequest.objects.filter(pk=request.pk).update(state="approved", answered_by=admins[0])


def test_a_withdrawn_request_releases_nothing(admins: Any, two: None) -> None:
    ada, grace = admins
    version = candidate()
    request = release_ask(kind=RANKER, version=version, admin_id=ada.pk, reason="")
    assert request is not None

    release_withdraw(request_id=request.pk, admin_id=ada.pk)

    with pytest.raises(ReleaseRefusedError, match="answered already"):
        release_approve(request_id=request.pk, admin_id=grace.pk)
    assert state_of(version) == "candidate"
    assert release_ask(kind=RANKER, version=version, admin_id=grace.pk, reason="") != request, "it can be asked again"


def test_nobody_is_asked_for_what_the_gate_refuses(admins: Any, two: None) -> None:
    with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
        release_ask(kind=RANKER, version=candidate(scores=WORSE), admin_id=admins[0].pk, reason="")

    assert not ReleaseRequest.objects.exists()


def test_the_gate_is_asked_again_when_the_second_admin_agrees(admins: Any, two: None) -> None:
    version = candidate()
    request = release_ask(kind=RANKER, version=version, admin_id=admins[0].pk, reason="")
    assert request is not None
    RankerVersion.objects.update(scores=WORSE)

    with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
        release_approve(request_id=request.pk, admin_id=admins[1].pk)

    request.refresh_from_db()
    assert (request.state, state_of(version)) == ("refused", "refused")


def test_rolling_back_asks_nobody_and_ends_at_the_merge(admins: Any, settings: Any) -> None:
    version = candidate()
    release_ask(kind=RANKER, version=version, admin_id=admins[0].pk, reason="")
    settings.RELEASE_NEEDS_TWO = True

    rollback(kind=RANKER, version=None, admin_id=admins[0].pk, reason="")

    assert state_of(version) == "retired"
    assert rankers.current() is None
    with pytest.raises(ReleaseRefusedError, match="already"):
        rollback(kind=RANKER, version=None, admin_id=admins[0].pk, reason="")
    with pytest.raises(ReleaseRefusedError, match="which version"):
        rollback(kind=ENCODER, version=None, admin_id=admins[0].pk, reason="")


def test_the_pages_tell_it_all_and_refusals_in_words(client: Client, admins: Any) -> None:
    good, bad = candidate(1), candidate(2, WORSE)
    client.force_login(admins[0])

    page = client.get("/models/releases").content.decode()
    passed, refused = (client.get(f"/models/releases/ranker/{one.pk}").content.decode() for one in (good, bad))
    answer = client.post(f"/models/releases/ranker/{bad.pk}/release", {"reason": "anyway"}, follow=True)

    assert all(part in page for part in ("Final ranker", "the order of the merge", good.slug, bad.slug, "by command"))
    assert "The gate lets it pass" in passed and "nDCG went from 0.620" in passed and ">Release<" in passed
    assert "The gate refuses it" in refused and ">Release<" not in refused
    assert "not clear of no gain" in answer.content.decode()
    assert client.get("/models/releases/nonsense/1").status_code == 404
    assert client.post("/models/releases/ranker/999/release").status_code == 404
