"""A call that writes for each route of staff: who does what, on a small world. Who adds a staff route that writes adds its call to SAMPLES.

Not in the audit log are leases, which hand out work for minutes and decide nothing (NOT_AUDITED).
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.test import Client

from feed.models import Engagement, RankerVersion, Slate
from feed.ranking.gate import MIN_IMPRESSIONS
from feed.services.ranker_release import RANKERS, ranker_propose
from labelling.models import Question
from lifecycle.guards.services import GUARDS
from lifecycle.models import Kind, ReleaseRequest, RunState, TrainingRun
from safety.models import Decision, PolicyVersion, ReviewJob
from safety.selectors.proposals import proposals
from safety.services.claims import jobs_claim
from safety.services.decisions import Verdict, decisions_make
from tests.feed.releasing_ranker import FACTS, SCORES, small_ranker
from tests.labelling import asking
from tests.lifecycle import releasing_guard
from tests.safety.conftest import ask, put_decisions
from vision.labels import labels_export
from vision.models import ModelVersion

NOT_AUDITED = {
    "POST api/safety/jobs/claim": "a lease",
    "POST api/safety/jobs/release": "a lease given back",
    "POST api/safety/jobs/<int:job_id>/related": "a lease",
    "POST api/labelling/claim": "a lease",
    "POST api/labelling/release": "a lease given back",
    "POST api/labelling/skips": "the assignment says who left which pair to others, and is kept",
}


@dataclass
class World:
    """Who acts, and what there is to act on."""

    users: dict[str, Any]
    shelf: dict[int, str]

    def post(self, name: str, path: str, body: dict[str, Any] | None = None, *, as_json: bool = False) -> Any:
        """Post a form, or JSON, as somebody."""
        client = Client()
        client.force_login(self.users[name])
        if as_json:
            return client.post(path, json.dumps(body or {}), content_type="application/json")
        return client.post(path, body or {})

    def held_job(self) -> ReviewJob:
        ask(1)
        return jobs_claim(moderator_id=self.users["mona"].pk)[0]

    def decision(self, number: int = 1, action: str = "remove") -> Decision:
        ask(number)
        job = jobs_claim(moderator_id=self.users["mona"].pk)[0]
        held = {job.pk: job.fencing_token}
        batch = decisions_make(moderator_id=self.users["mona"].pk, held=held, verdict=Verdict(action))
        return Decision.objects.get(batch=batch)

    def candidate(self, seed: int = 1) -> RankerVersion:
        return ranker_propose(ranker=small_ranker(seed), scores=SCORES, **FACTS)

    def request(self) -> ReleaseRequest:
        version = self.candidate()
        values = {"version_id": version.pk, "version": version.slug, "asked_by": self.users["grace"]}
        return ReleaseRequest.objects.create(kind="ranker", **values)


def decide(world: World) -> Any:
    job = world.held_job()
    jobs = [{"job_id": job.pk, "fencing_token": job.fencing_token}]
    return world.post("mona", "/api/safety/decisions", {"jobs": jobs, "action": "remove"}, as_json=True)


def accept_threshold(world: World) -> Any:
    GUARDS.release(version=releasing_guard.candidate("guard-test"))
    put_decisions(world.users["mona"], [(0.41 + index / 100, index > 20) for index in range(60)])
    proposed = proposals()[0].proposed
    assert proposed is not None
    return world.post("ada", "/review/figures/threshold", {"hazard": "hate", "threshold": proposed.threshold})


def take_threshold_back(world: World) -> Any:
    values = {"hazard": "hate", "unsafe_at": 0.7, "guard_version": "guard-test", "accepted_by": world.users["ada"]}
    version = PolicyVersion.objects.create(**values)
    return world.post("ada", f"/review/figures/threshold/{version.pk}/back")


def roll_back(world: World) -> Any:
    RANKERS.release(version=world.candidate())
    return world.post("ada", "/models/releases/ranker/rollback")


def compare(world: World) -> Any:
    version = ModelVersion.objects.create(slug="waits", dims=4, state="candidate", profile="bundled")
    return world.post("ada", f"/models/releases/encoder/{version.pk}/compare")


def change_campaign(path: str, body: Callable[[Question], dict[str, Any]]) -> "Sample":
    """Return a call on a campaign of one question."""

    def call(world: World) -> Any:
        question = Question.objects.get(query__campaign=asking.campaign(1))
        return world.post("ada", f"/label/campaigns/{question.query.campaign_id}/{path}", body(question))

    return call


def stop_labeller(world: World) -> Any:
    campaign, lena = asking.campaign(1), world.users["lena"].pk
    return world.post("ada", f"/label/campaigns/{campaign.pk}/labellers/{lena}", {"to": "out", "reason": "all left"})


def answer_pair(world: World) -> Any:
    held = asking.claim(asking.campaign(1), world.users["lena"])[0]
    body = {"assignment_id": str(held.pk), "fencing_token": held.fencing_token, "label_id": str(uuid.uuid4())}
    return world.post("lena", "/api/labelling/answers", body | {"choice": "left"}, as_json=True)


def undo_answer(world: World) -> Any:
    given = asking.give(asking.claim(asking.campaign(1), world.users["lena"])[0])
    return world.post("lena", "/api/labelling/undo", {"assignment_id": str(given.pk)}, as_json=True)


def import_labels(world: World) -> Any:
    asking.give(asking.claim(asking.campaign(1), world.users["lena"])[0])
    file = BytesIO("\n".join(labels_export()).encode())
    file.name = "labels.jsonl"
    return world.post("ada", "/label/import", {"file": file})


def change_run(path: str, state: str) -> "Sample":
    """Return a call on a training run of the ranker, for which there is enough to learn from."""

    def call(world: World) -> Any:
        run = TrainingRun.objects.create(kind=Kind.RANKER, recipe="feed", seed=7, state=state)
        return start_run(world, f"/models/runs/{run.pk}/{path}")

    return call


def start_run(world: World, path: str = "/models/runs") -> Any:
    ModelVersion.objects.create(slug="serves", dims=4, state="serving", profile="bundled")
    alice, video = world.users["alice"], asking.videos(1)[0]
    slate = Slate.objects.create(viewer=alice)
    seen = {"viewer": alice, "video": video, "kind": "impression", "slate": slate}
    Engagement.objects.bulk_create(Engagement(client_uuid=uuid.uuid4(), **seen) for _ in range(MIN_IMPRESSIONS))
    return world.post("ada", path, {"kind": Kind.RANKER, "recipe": "feed"})


NEW_CAMPAIGN = {"name": "cats", "queries": "a cat", "policy": "random", "overlap": 2, "gold_percent": 10, "goal": 100}

# A call that writes, for each staff route that is not GET: "METHOD route" as in webapp/access.toml -> who calls it how.
Sample = Callable[[World], Any]
SAMPLES: dict[str, Sample] = {
    "POST api/safety/decisions": decide,
    "POST api/safety/batches/<uuidstr:batch>/undo": lambda world: world.post(
        "mona", f"/api/safety/batches/{world.decision().batch}/undo", as_json=True
    ),
    "POST review/people/<int:moderator_id>": lambda world: world.post(
        "ada", f"/review/people/{world.users['mona'].pk}", {"hazards": ["hate"]}
    ),
    "POST review/figures/threshold": accept_threshold,
    "POST review/figures/threshold/<int:version_id>/back": take_threshold_back,
    "POST models/releases/<str:kind>/rollback": roll_back,
    "POST models/releases/<str:kind>/<int:version_id>/release": lambda world: world.post(
        "ada", f"/models/releases/ranker/{world.candidate().pk}/release"
    ),
    "POST models/releases/encoder/<int:version_id>/compare": compare,
    "POST models/releases/requests/<int:request_id>/approve": lambda world: world.post(
        "ada", f"/models/releases/requests/{world.request().pk}/approve"
    ),
    "POST models/releases/requests/<int:request_id>/withdraw": lambda world: world.post(
        "ada", f"/models/releases/requests/{world.request().pk}/withdraw"
    ),
    "POST api/labelling/answers": answer_pair,
    "POST api/labelling/undo": undo_answer,
    "POST label/campaigns/new": lambda world: world.post("ada", "/label/campaigns/new", NEW_CAMPAIGN),
    "POST label/campaigns/<int:campaign_id>/state": change_campaign("state", lambda _: {"state": "paused"}),
    "POST label/campaigns/<int:campaign_id>/gold/set": change_campaign(
        "gold/set", lambda one: {"query": one.query_id, "better": one.first_id, "worse": one.second_id}
    ),
    "POST label/campaigns/<int:campaign_id>/decide": change_campaign(
        "decide", lambda one: {"question": one.pk, "answer": "better"}
    ),
    "POST label/campaigns/<int:campaign_id>/labellers/<int:labeller_id>": stop_labeller,
    "POST label/import": import_labels,
    "POST models/runs": start_run,
    "POST models/runs/<int:run_id>/cancel": change_run("cancel", RunState.RUNNING),
    "POST models/runs/<int:run_id>/resume": change_run("resume", RunState.FAILED),
    "POST models/runs/<int:run_id>/again": change_run("again", RunState.DONE),
}
