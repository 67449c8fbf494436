"""The whole way in a browser: label by keyboard, tune, compare, release, see search change, roll back, see it restored.

Real workers do the work, on the demo's 320 clips and their real frame vectors; search is asked all the while.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from labelling.models import Arm, Assignment, Campaign, CampaignQuery, Question
from tests.browser.conftest import browser, clip  # noqa: F401  (fixtures)
from tests.feed.working import worker_running
from tests.vision.demo_vectors import demo_indexed
from vision.encoders import cached_frames
from vision.labels import labels_in_force
from vision.models import FrameVectors, ModelVersion, PreferenceLabel, TagVector, Video
from vision.selectors import serving_version, video_vectors
from vision.text_maps import as_seen

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)  # videos are divided by their ids
LIMIT_MS = 180_000
NUM_BY_KEYBOARD, NUM_BEFORE_A_QUERY = 30, 6
Taste = dict[int, float]


@pytest.fixture()
def taste() -> Taste:
    """Index the demo and return how much people like each clip: where it lies on the second axis of what the frame tower sees.

    They like the side that what serves leans to: labels against it more often than a coin are refused.
    """
    demo_indexed()
    for video in Video.objects.all():
        Video.objects.filter(pk=video.pk).update(media_path=f"d/{video.pk}.mp4", poster_path=f"d/{video.pk}.jpg")
    seen = {
        row.video_id: cached_frames(row.times_s, row.motion, row.vectors).vectors.mean(0)
        for row in FrameVectors.objects.all()
    }
    frame_ND = np.stack(list(seen.values()))
    centred_ND = frame_ND - frame_ND.mean(0)
    axis_D = np.linalg.svd(centred_ND, full_matrices=False)[2][1]
    liked_N = centred_ND @ axis_D
    version = serving_version()
    assert version is not None
    tag_TD = np.stack([np.asarray(tag.vec, dtype=np.float32) for tag in TagVector.objects.all()])
    asked_D = as_seen(version=version, vectors=tag_TD).mean(0)
    found = video_vectors(video_ids=list(seen), version=version)
    leans = np.corrcoef(liked_N, [found[video_id] @ asked_D for video_id in seen])[0, 1]
    return dict(zip(seen, (np.sign(leans) * liked_N).tolist(), strict=True))


def pairs(taste: Taste, count: int, seed: int) -> list[tuple[int, int]]:
    rng, ids = np.random.default_rng(seed), sorted(taste)
    return [tuple(sorted(int(pk) for pk in rng.choice(ids, 2, replace=False))) for _ in range(count)]


def label_before(taste: Taste) -> None:
    """Put labels that others gave before, of the same taste, for everything that is tagged."""
    tags = sorted({tag for video in Video.objects.all() for tag in video.tags})
    asked = [tag for tag in tags for _ in range(NUM_BEFORE_A_QUERY)]
    rows = [
        PreferenceLabel(
            query=query,
            first_id=first,
            second_id=second,
            first_side="left",
            answer="better" if taste[first] > taste[second] else "worse",
        )
        for query, (first, second) in zip(asked, pairs(taste, len(asked), seed=4), strict=True)
    ]
    PreferenceLabel.objects.bulk_create(rows)


def campaign(taste: Taste) -> None:
    """Open a campaign of 30 pairs about ten things."""
    made = Campaign.objects.create(name="Whole way", overlap=1, goal=NUM_BY_KEYBOARD, too_fast_ms=0)
    words = ("a cat", "rain", "the sea", "a train", "night", "food", "a goal", "snow", "dancing", "a city")
    queries = [CampaignQuery.objects.create(campaign=made, text=text) for text in words]
    for order, (first, second) in enumerate(pairs(taste, NUM_BY_KEYBOARD, seed=5)):
        asked = {"query": queries[order % len(queries)], "first_id": first, "second_id": second}
        Question.objects.create(**asked, arm=Arm.RANDOM, num_wanted=1, order=order)


@pytest.fixture()
def signed_in(
    browser: Browser,  # noqa: F811
    clip: bytes,  # noqa: F811
    live_server: Any,
    users: dict[str, Any],
) -> Iterator[Callable[[str], Page]]:
    """Open a browser as somebody; a script error fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_as(name: str) -> Page:
        contexts.append(
            context := browser.new_context(viewport={"width": 1280, "height": 860}, base_url=live_server.url)
        )
        context.add_cookies([{"name": "sessionid", "value": session_of(users[name]), "url": live_server.url}])
        context.route("**/media/**", lambda route: route.fulfill(body=clip, content_type="video/mp4"))
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    expect.set_options(timeout=LIMIT_MS)
    yield open_as
    for context in contexts:
        context.close()
    assert faults == []


def session_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def label_by_keyboard(page: Page, taste: Taste) -> None:
    """Answer what is on screen, an arrow a pair, until there is no more."""
    id_of = {title: pk for pk, title in Video.objects.values_list("pk", "title")}
    page.goto("/label")
    for number in range(NUM_BY_KEYBOARD):
        shown = page.get_by_role("group", name="The two videos").locator("video")
        expect(shown).to_have_count(2)
        left, right = (
            taste[id_of[(shown.nth(side).get_attribute("aria-label") or "").split(" video: ")[1]]] for side in (0, 1)
        )
        page.keyboard.press("ArrowLeft" if left > right else "ArrowRight")
        expect(page.locator("#progress")).to_contain_text(f"{number + 1} of {NUM_BY_KEYBOARD}")
    expect(page.get_by_role("heading", name="That was all for you. Thank you!")).to_be_visible()
    end_s = time.monotonic() + LIMIT_MS / 1000
    while (
        Assignment.objects.filter(state="answered").count() < NUM_BY_KEYBOARD
    ):  # the page shows an answer before it is sent
        assert time.monotonic() < end_s, "an answer was not sent"
        page.wait_for_timeout(50)


def tuned(page: Page) -> None:
    """Start tuning to the labels, wait for its end, and go to what it proposes."""
    page.goto("/models/runs")
    page.get_by_role("link", name="Start a run").click()
    form = page.get_by_role("form", name="Preference, stage 2")
    form.get_by_role("radio", name="stage2").check()
    form.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/models/runs/\d+$"))
    expect(page.get_by_role("status").filter(has_text="done")).to_be_visible()


class Searching(threading.Thread):
    """Ask the search page for one thing over and over, as a viewer, and keep every page of results."""

    def __init__(self, url: str, session: str, query: str) -> None:
        super().__init__(daemon=True)
        self.client = httpx.Client(base_url=url, cookies={"sessionid": session}, timeout=60)
        self.query, self.statuses, self.pages = query, set[int](), list[tuple[str, ...]]()
        self.is_over = threading.Event()

    def look(self) -> tuple[str, ...]:
        """Return the clips on the page, in their order."""
        answer = self.client.get("/search", params={"q": self.query})
        self.statuses.add(answer.status_code)
        return tuple(re.findall(r'data-video="(\d+)"', answer.text))

    def __enter__(self) -> "Searching":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.join()

    def run(self) -> None:
        while not self.is_over.is_set():
            self.pages.append(self.look())
            time.sleep(0.1)


def test_from_labels_to_a_release_and_back(
    taste: Taste, signed_in: Callable[[str], Page], users: dict[str, Any], live_server: Any, settings: Any
) -> None:
    settings.RELEASE_NEEDS_TWO = False
    label_before(taste)
    campaign(taste)
    shipped = serving_version()
    assert shipped is not None

    label_by_keyboard(signed_in("lena"), taste)

    by_lena = labels_in_force().filter(labeller=users["lena"])
    assert by_lena.count() == NUM_BY_KEYBOARD
    assert all((taste[label.first_id] > taste[label.second_id]) == (label.answer == "better") for label in by_lena)
    page = signed_in("ada")
    with worker_running("training,vision,llm"):
        tuned(page)
        candidate = ModelVersion.objects.get(state="candidate")
        page.goto(f"/models/releases/encoder/{candidate.pk}")
        expect(page.get_by_role("heading", name="The gate lets it pass")).to_be_visible()
        page.get_by_role("button", name="Compare searches").click()
        expect(page.get_by_role("article")).to_have_count(20)
        changed = page.get_by_role("article").first.get_attribute("aria-label") or ""
        search = Searching(live_server.url, session_of(users["alice"]), changed)
        search.look()  # a phrase that is new goes to a worker
        page.goto(f"/search?q={changed}")
        expect(page.locator("#found")).not_to_have_attribute("data-waits", "")
        before = search.look()
        with search:
            page.goto(f"/models/releases/encoder/{candidate.pk}")
            page.get_by_role("button", name="Release").click()
            page.get_by_label("Why?").fill("people like these better")
            page.get_by_role("button", name="Release now").click()
            expect(page.locator(".version--serving", has_text=candidate.slug)).to_be_visible()
            after = search.look()

            page.get_by_role("button", name=f"Roll back to {shipped.slug}").click()
            page.get_by_role("button", name="Roll back now").click()
            expect(page.locator(".version--serving", has_text=shipped.slug)).to_be_visible()
            expect(page.get_by_role("row").filter(has_text="people like these better").first).to_be_visible()
            restored = search.look()

    assert len(before) >= 8
    assert after != before
    assert restored == before
    assert search.statuses == {200}
    assert set(search.pages) <= {before, after}, "full pages of one version, at every moment"
