"""A target of the tests' own, so that review is tested without any other app."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from safety.guard.regression import Scored, scores_write
from safety.models import Decision, ReviewJob
from safety.services.claims import jobs_claim
from safety.services.decisions import Verdict, decisions_make
from safety.services.jobs import review_request
from safety.serving import ReleasedGuard
from safety.targets import TargetFacts, TargetView


class Shelf:
    """Holds what can be reviewed: id -> visibility; whose it is and what it is equal to. Fulfils safety.targets.Target."""

    actions = frozenset({"approve", "remove", "restrict"})
    things: dict[int, str] = {}
    authors: dict[int, int] = {}
    contents: dict[int, str] = {}
    reach: dict[int, int] = {}

    def facts(self, target_ids: Any) -> dict[int, TargetFacts]:
        return {
            number: TargetFacts(
                author_id=self.authors.get(number),
                content_key=self.contents.get(number, ""),
                reach=self.reach.get(number, 0),
                text=f"clip {number}",
            )
            for number in target_ids
            if number in self.things
        }

    def describe(self, target_id: int) -> TargetView | None:
        if target_id not in self.things:
            return None
        return TargetView(
            title=f"Clip {target_id}",
            poster_url="/static/icon.svg",
            detail={"creator": "somebody", "tags": "one, two", "visibility": self.things[target_id]},
        )

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        token = {"was": self.things[target_id]}
        self.things[target_id] = {"approve": "approved", "remove": "removed", "restrict": "restricted"}[action]
        return token

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        self.things[target_id] = token["was"]


@pytest.fixture()
def shelf(settings: Any) -> Iterator[dict[int, str]]:
    """Ten things of kind video, numbers 1 to 10, numbers 8 to 10 pending and the others approved; nothing is looked at twice."""
    Shelf.things = {number: "pending" if number >= 8 else "approved" for number in range(1, 11)}
    Shelf.authors, Shelf.contents, Shelf.reach = {}, {}, {}
    settings.SAFETY_TARGETS = {"video": "tests.safety.conftest.Shelf"}
    settings.SAFETY_SECOND_REVIEW_SHARE = 0.0
    yield Shelf.things


_scored: dict[str, Path] = {}


def released_guard() -> ReleasedGuard:
    """Return a released guard of the tests' own, "guard-test": nothing loads it, its scores of the regression sets lie beside its file."""
    return ReleasedGuard("guard-test", _scored["weights"], "0" * 64)


@pytest.fixture()
def scored_guard(settings: Any, tmp_path: Path) -> Callable[..., None]:
    """Have "guard-test" serve, and say how it scored a set of texts: scored_guard((hazard, score, unsafe), ...)."""
    _scored["weights"] = tmp_path / "guard.safetensors"
    settings.SAFETY_RELEASED_GUARD = "tests.safety.conftest.released_guard"

    def write(*texts: tuple[str, float, bool], guard: str = "guard-test") -> None:
        sets = {
            f"kept, {'unsafe' if label else 'harmless'}": [Scored(*text) for text in texts if text[2] is label]
            for label in (True, False)
        }
        scores_write(_scored["weights"], guard=guard, sets=sets)

    write(("hate", 0.9, True), ("hate", 0.1, False))
    return write


def put_decisions(moderator: Any, judged: list[tuple[float, bool]], first: int = 200) -> None:
    """Have a moderator decide things of the shelf, from number `first` on, that "guard-test" brought for hate: (its score, removed?)."""
    Shelf.things.update(dict.fromkeys(range(first, first + len(judged)), "pending"))
    values = {"target_kind": "video", "source": "guard", "state": "closed", "category": "hate"}
    jobs = ReviewJob.objects.bulk_create(
        ReviewJob(target_id=first + index, p_unsafe=score, guard_version="guard-test", **values)
        for index, (score, _) in enumerate(judged)
    )
    Decision.objects.bulk_create(
        Decision(job=job, moderator=moderator, action="remove" if removed else "approve", hazard="hate")
        for job, (_, removed) in zip(jobs, judged, strict=True)
    )


def ask(number: int, hazard: str = "hate", p_unsafe: float = 0.7) -> None:
    """Have the guard bring a thing of the shelf to review."""
    review_request(
        target_kind="video", target_id=number, hazards=[hazard], p_unsafe=p_unsafe, guard_version="guard-test"
    )


@pytest.fixture()
def decide(db: None) -> Callable[..., Any]:
    """Decide the open job of a thing: decide(moderator, number, action, **verdict) returns the batch."""

    def decide_it(moderator: Any, number: int, action: str = "remove", **verdict: Any) -> Any:
        jobs_claim(moderator_id=moderator.pk, max_jobs=20)
        job = ReviewJob.objects.get(state="open", target_id=number)
        held = {job.pk: job.fencing_token}
        return decisions_make(moderator_id=moderator.pk, held=held, verdict=Verdict(action, **verdict))

    return decide_it


def open_review(page: Page, live_server: Any, user: Any) -> None:
    """Open the console in a browser, signed in."""
    client = Client()
    client.force_login(user)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/review")
