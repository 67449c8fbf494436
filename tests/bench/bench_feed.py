"""The feed view against a plain view that reads one row by key and renders the same JSON: same login, same process, interleaved.

`python -m tests.bench feed`; TILLER_BENCH_VIDEOS (default 2000) and TILLER_BENCH_REQUESTS (default 600 a variant) set the size.
Vectors are random: the time of a slate does not depend on what they say. Prints medians, p95, and ratios with 95 % intervals
(bootstrap over rounds, 1,000 draws). Aims (issue 5): 20 steers at most 1.05 x none, feed at most 3 x plain.
"""

import os
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.own_database import own_database

NUM_VIDEOS = int(os.environ.get("TILLER_BENCH_VIDEOS", "2000"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_REQUESTS", "600"))
NUM_STEERS = 20
NUM_TAGS = 300
NUM_SEEN = 400
WARM_UP = 30


def main() -> None:
    """Measure and print, on a database of its own."""
    os.environ["DATABASE_POOL_MAX"] = "4"
    with own_database():
        _measure()


def _measure() -> None:
    from django.test import override_settings

    started_s = time.perf_counter()
    _fill_catalogue()
    clients = {"plain": _client(0), "feed, no steer": _client(0), f"feed, {NUM_STEERS} steers": _client(NUM_STEERS)}
    print(
        f"{NUM_VIDEOS} videos, {NUM_SEEN} seen, ready in {time.perf_counter() - started_s:.0f} s; {NUM_ROUNDS} rounds",
        flush=True,
    )
    with override_settings(ROOT_URLCONF="tests.bench.plain_urls", ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None):
        slate_id = _plain_row(clients["plain"])
        calls: dict[str, Callable[[], Any]] = {
            name: (
                lambda client=client, path=f"/plain/{slate_id}" if name == "plain" else "/api/feed?count=10": (
                    client.get(path)
                )
            )
            for name, client in clients.items()
        }
        times_ms = _interleave(calls)
    _print(times_ms)


def _plain_row(client: Any) -> str:
    """Store a whole response in one row, for the plain view to render, and return its key."""
    from feed.models import Slate

    page = client.get("/api/feed?count=10").json()
    Slate.objects.filter(pk=page["slate_id"]).update(cards=page["cards"])
    return page["slate_id"]


def _interleave(calls: dict[str, Callable[[], Any]]) -> dict[str, np.ndarray]:
    """Return milliseconds a call [rounds], every variant once a round in a random order."""
    rng = random.Random(3)
    times_ms: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(NUM_ROUNDS + WARM_UP):
        for name in rng.sample(list(calls), len(calls)):
            started_s = time.perf_counter()
            response = calls[name]()
            took_ms = (time.perf_counter() - started_s) * 1000
            assert response.status_code == 200, response.content
            if number >= WARM_UP:
                times_ms[name].append(took_ms)
    return {name: np.array(values) for name, values in times_ms.items()}


def _print(times_ms: dict[str, np.ndarray]) -> None:
    names = list(times_ms)
    for name in names:
        print(f"{name:18s} p50 {np.median(times_ms[name]):6.2f} ms   p95 {np.quantile(times_ms[name], 0.95):6.2f} ms")
    for upper, lower in ((names[1], names[0]), (names[2], names[0]), (names[2], names[1])):
        ratio, low, high = _ratio(times_ms[upper], times_ms[lower])
        print(f"{upper} / {lower}: {ratio:.3f} (95 % interval {low:.3f} to {high:.3f}) of medians")


def _ratio(upper: np.ndarray, lower: np.ndarray) -> tuple[float, float, float]:
    rng = np.random.default_rng(5)
    draws = rng.integers(0, len(upper), (1000, len(upper)))
    ratios = np.median(upper[draws], axis=1) / np.median(lower[draws], axis=1)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(np.median(upper) / np.median(lower)), float(low), float(high)


_FILL = """
INSERT INTO vision_video (title, tags, creator, published_at, source, source_name, content_hash, state, step, visibility, failure_reason,
    duration_s, width_px, height_px, motion_energy, media_path, poster_path, fencing_token, attempts, created_at, dispatched_at)
SELECT 'Clip ' || n || ' of thing ' || (n %% %(tags)s), ARRAY['thing' || (n %% %(tags)s), 'kind' || (n %% 7), 'mood' || (n %% 11)],
    'creator' || (n %% 500), now() - n * interval '1 minute', 'import', '', 'bench' || n, 'ready', 'ready', 'approved', '',
    7, 360, 640, (n %% 100) / 300.0, 'b/' || n || '.mp4', 'b/' || n || '.jpg', 0, 0, now(), now()
FROM generate_series(1, %(videos)s) n;
"""
_FILL_VECTORS = """
WITH vectors AS MATERIALIZED (
    SELECT v.id, x.a::halfvec, x.b::halfvec FROM vision_video v CROSS JOIN LATERAL (
        SELECT array_agg((random() - .5)::real) a, array_agg((random() - .5)::real) b FROM generate_series(1, 384) WHERE v.id > 0) x),
titles AS (INSERT INTO vision_titlevector (video_id, text_space, vec) SELECT id, 'sentence', b FROM vectors)
INSERT INTO vision_videovector (video_id, model_version_id, video_vec) SELECT id, %(version)s, a FROM vectors
"""


def _fill_catalogue() -> None:
    from django.db import connection

    from vision.models import ModelVersion

    version = ModelVersion.objects.create(slug="bench", profile="bundled", state="serving", dims=384)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"tags": NUM_TAGS, "videos": NUM_VIDEOS})
        cursor.execute(_FILL_VECTORS, {"version": version.pk})
        cursor.execute("ANALYZE")


def _client(num_steers: int) -> Any:
    """Return a logged-in client of a new viewer who has seen NUM_SEEN videos and said `num_steers` things."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from feed.services.engagements import EventDraft, engagements_record
    from vision.models import Video

    viewer = get_user_model().objects.create_user(f"v{uuid.uuid4().hex[:8]}", password="pw")
    seen = Video.objects.order_by("?").values_list("pk", flat=True)[:NUM_SEEN]
    engagements_record(viewer_id=viewer.pk, events=[EventDraft(uuid.uuid4(), key, "impression") for key in seen])
    if num_steers:
        _say(viewer, num_steers)
    client = Client()
    client.force_login(viewer)
    return client


def _say(viewer: Any, num_steers: int) -> None:
    from django.utils import timezone

    from chat.models import IntentDocument
    from feed.models import PhraseVector
    from feed.services.pools import pool_refresh
    from tests.feed.conftest import steer

    rng = np.random.default_rng(1)
    steers = [steer(f"s{n}", f"thing{n}", message_id=n) for n in range(num_steers)]
    document = {
        "schema": "intent/1",
        "version": 1,
        "updated_at": timezone.now().isoformat(),
        "steers": steers,
        "filters": {},
        "explore": 0.1,
    }
    IntentDocument.objects.create(viewer=viewer, version=1, document=document, updated_at=timezone.now())
    vectors = rng.normal(size=(num_steers, 384)) / 384**0.5
    PhraseVector.objects.bulk_create(
        PhraseVector(encoder="sentence", phrase=s["phrase"], vector=v.astype("<f4").tobytes())
        for s, v in zip(steers, vectors, strict=True)
    )
    pool_refresh(viewer_id=viewer.pk)
