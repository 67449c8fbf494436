"""Ten thousand random steps of people and moderators against a model of who may see what: nothing unapproved is ever served."""

import asyncio
import random
import uuid
from collections import Counter
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from feed import features
from safety.errors import SafetyRefused
from safety.models import AuditEntry, Decision, ReviewJob
from safety.services.appeals import appeal_create
from safety.services.claims import jobs_claim
from safety.services.decisions import Verdict, batch_undo, decisions_make
from safety.services.jobs import flag_create, review_request
from tests.feed.catalogue import Clip, put
from vision.models import Video
from webapp.media import media_application

NUM_STEPS = 10_000
SHOWN = {"approved": "plain", "restricted": "covered"}
AFTER = {"approve": "approved", "restrict": "restricted", "remove": "removed"}
MAX_VIDEOS = 30


class World:
    """The product, and beside it a plain dictionary that says what each video's visibility must be."""

    def __init__(self, users: dict[str, Any], settings: Any) -> None:
        self.users, self.rng = users, random.Random(20261121)
        self.root = settings.MEDIA_ROOT / "walk"
        self.root.mkdir(parents=True, exist_ok=True)
        self.expected: dict[int, str] = {}
        self.paths: dict[int, str] = {}
        self.standing: list[tuple[uuid.UUID, dict[int, str]]] = []  # batches, and what was so before
        self.viewer = Client()
        self.viewer.force_login(users["alice"])
        self.done: Counter[str] = Counter()
        self.num_served = 0

    def step(self) -> None:
        """Do one thing by chance."""
        names = ["upload", "report", "decide", "undo", "appeal", "feed", "search", "watch", "media"]
        weights = [1 if len(self.expected) < MAX_VIDEOS else 0, 3, 7, 4, 2, 5, 3, 14, 60]  # the dear ones rarely
        name = self.rng.choices(names, weights)[0]
        self.done[name] += 1
        getattr(self, name)()

    def upload(self) -> None:
        number = len(self.expected)
        (video,) = put([Clip(f"Walk number {number}", ("walk",), f"c{number}", "a walk")], visibility="pending")
        path = f"walk/{number}.mp4"
        (self.root / f"{number}.mp4").write_bytes(b"clip %d" % number)
        values = {"media_path": path, "content_hash": f"{number:064d}", "uploader": self.users["bob"]}
        Video.objects.filter(pk=video.pk).update(**values)
        self.expected[video.pk], self.paths[video.pk] = "pending", path
        review_request(target_kind="video", target_id=video.pk, hazards=["hate"], p_unsafe=0.6)

    def report(self) -> None:
        if video_id := self._any():
            reporter = self.users[self.rng.choice(["alice", "lena"])]
            category = self.rng.choice(["hate", "privacy"])
            try:
                flag_create(reporter_id=reporter.pk, target_kind="video", target_id=video_id, category=category)
            except SafetyRefused:
                self.done["refused"] += 1

    def decide(self) -> None:
        moderator = self.users[self.rng.choice(["mona", "ada"])]
        jobs = jobs_claim(moderator_id=moderator.pk, max_jobs=self.rng.randint(1, 3))
        if not jobs:
            return self._reopen_something()
        action = self.rng.choice(list(AFTER))
        held = {job.pk: job.fencing_token for job in jobs}
        before = {job.target_id: self.expected[job.target_id] for job in jobs}
        batch = decisions_make(moderator_id=moderator.pk, held=held, verdict=Verdict(action))
        self.standing.append((batch, before))
        self.expected.update(dict.fromkeys(before, AFTER[action]))
        return None

    def _reopen_something(self) -> None:
        """Have the guard ask again: else all would be decided soon."""
        if video_id := self._any():
            review_request(target_kind="video", target_id=video_id, hazards=["hate"], p_unsafe=0.6)

    def undo(self) -> None:
        if not self.standing:
            return
        batch, before = self.rng.choice(self.standing[-6:])
        moderator = self.users[self.rng.choice(["mona", "ada"])]
        try:
            batch_undo(batch=batch, moderator_id=moderator.pk)
        except SafetyRefused:
            self.done["refused"] += 1
            return
        self.done["undone"] += 1
        self.standing = [one for one in self.standing if one[0] != batch]
        self.expected.update(before)

    def appeal(self) -> None:
        decision = Decision.objects.filter(action__in=["remove", "restrict"]).order_by("?").first()
        if decision is None:
            return
        try:
            appeal_create(decision_id=decision.pk, author_id=self.users["bob"].pk, text="Please look again.")
            self.done["appealed"] += 1
        except SafetyRefused:
            self.done["refused"] += 1

    def feed(self) -> None:
        for card in self.viewer.get("/api/feed", {"count": 10}).json()["cards"]:
            self._served(card["video_id"], "covered" if card["is_covered"] else "plain")

    def search(self) -> None:
        response = self.viewer.get("/search", {"q": "walk"})
        found = set(response.context["found"].shown)
        page = response.content.decode()
        for video_id in found:
            self._served(video_id, "plain" if self._poster_is_shown(page, video_id) else "covered")
        assert found == {video_id for video_id, now in self.expected.items() if now in SHOWN}  # restored as exactly

    def _poster_is_shown(self, page: str, video_id: int) -> bool:
        tile = page.split(f'data-video="{video_id}"')[1].split("</a>")[0]
        return "<img" in tile

    def watch(self) -> None:
        if video_id := self._any():
            response = self.viewer.get(f"/watch/{video_id}")
            assert (response.status_code == 200) == (self.expected[video_id] in SHOWN)
            if response.status_code == 200:
                plain = f' src="/media/{self.paths[video_id]}"' in response.content.decode()
                self._served(video_id, "plain" if plain else "covered")

    def media(self) -> None:
        if video_id := self._any():
            status = media_get(self.paths[video_id], self.users["alice"])
            assert (status == 200) == (self.expected[video_id] in SHOWN), (status, self.expected[video_id])
            self.num_served += status == 200

    def _served(self, video_id: int, how: str) -> None:
        self.num_served += 1
        assert SHOWN.get(self.expected[video_id]) == how, (video_id, self.expected[video_id], how)

    def _any(self) -> int | None:
        return self.rng.choice(list(self.expected)) if self.expected else None

    def check(self) -> None:
        """Look at what must hold of the rows at any time."""
        # nothing of this is committed: to a vacuum beside us the tables are empty, and from then on they are looped over
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE safety_auditentry, safety_decision, safety_flag, safety_reviewjob")
        rows = dict(Video.objects.filter(pk__in=self.expected).values_list("pk", "visibility"))
        assert rows == self.expected
        targets = list(ReviewJob.objects.filter(state="open").values_list("target_kind", "target_id"))
        assert len(targets) == len(set(targets))
        told = Counter(
            AuditEntry.objects.filter(verb__startswith="decision_").values_list("detail__decision", flat=True)
        )
        assert told == Counter(Decision.objects.values_list("pk", flat=True))


def media_get(path: str, user: Any = None) -> int:
    """Return the status of a GET of /media/<path> at the ASGI application itself."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # a client that stays until all has come
        raise AssertionError("nobody sets it")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/media/{path}", "headers": [], "user": user or AnonymousUser()}
    async_to_sync(media_application)(scope, receive, send)  # on this thread, so in this test's transaction
    return sent[0]["status"]


@pytest.mark.timeout(3600)  # about 80 s of processor time: on a machine that does much else it may take long
@pytest.mark.django_db
def test_in_ten_thousand_random_steps_nothing_unapproved_is_served(
    users: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SAFETY_SECOND_REVIEW_SHARE = 0.1
    monkeypatch.setattr("safety.services.jobs.MAX_FLAGS", NUM_STEPS)
    features.reset()
    world = World(users, settings)

    for number in range(NUM_STEPS):
        world.step()
        if number % 250 == 0:
            world.check()

    world.check()
    features.reset()
    assert world.num_served > NUM_STEPS / 2, world.done
    assert min(world.done[name] for name in ("undone", "appealed", "decide", "feed", "media")) > 20, world.done
