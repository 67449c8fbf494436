"""A large catalogue and viewers for the feed's benchmark: how many vectors there are matters to a slate's time, not what they say."""

import uuid
from typing import Any

import numpy as np

NUM_TAGS = 300
NUM_SEEN = 400
NUM_LIKED = 20
_FILL = """
INSERT INTO vision_video (title, tags, creator, published_at, source, source_name, content_hash, state, step, visibility, failure_reason,
    duration_s, width_px, height_px, motion_energy, media_path, poster_path, fencing_token, attempts, created_at, dispatched_at)
SELECT 'Clip ' || n || ' of thing ' || (n %% %(tags)s), ARRAY['thing' || (n %% %(tags)s), 'kind' || (n %% 7), 'mood' || (n %% 11)],
    'creator' || (n %% 500), now() - n * interval '1 minute', 'import', '', 'bench' || n, 'ready', 'ready', 'approved', '',
    7, 360, 640, (n %% 100) / 300.0, 'b/' || n || '.mp4', 'b/' || n || '.jpg', 0, 0, now(), now()
FROM generate_series(1, %(videos)s) n;
INSERT INTO feed_videostats (video_id, num_impressions, num_likes, num_shares, num_finished, num_not_interested, popularity, updated_at)
SELECT id, 9, 2, 0, 3, 0, random(), now() FROM vision_video WHERE id %% 5 = 0;
"""
# Sums of two of 700 random vectors: as many different ones as wanted, without drawing 77 million numbers in SQL.
_FILL_VECTORS = """
CREATE TEMP TABLE base AS SELECT n, array_agg((random() - .5)::real)::halfvec v FROM generate_series(0, 699) n, generate_series(1, 384) d
    WHERE d > 0 GROUP BY n;
CREATE TEMP TABLE vectors AS SELECT v.id, a.v + b.v AS seen, a.v - b.v AS title FROM vision_video v
    JOIN base a ON a.n = v.id %% 350 JOIN base b ON b.n = 350 + v.id / 350 %% 350;
INSERT INTO vision_titlevector (video_id, text_space, vec) SELECT id, 'sentence', title FROM vectors;
INSERT INTO vision_videovector (video_id, model_version_id, video_vec) SELECT id, %(version)s, seen FROM vectors ORDER BY id;
"""


def fill_catalogue(num_videos: int) -> None:
    """Write videos with vectors of a serving version; a fifth of them has been watched by others."""
    from django.db import connection

    from vision.models import ModelVersion

    version = ModelVersion.objects.create(slug="bench", profile="bundled", state="serving", dims=384)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"tags": NUM_TAGS, "videos": num_videos})
        cursor.execute(_FILL_VECTORS, {"version": version.pk})
        # these alone: what a test before rolled back would count as empty from then on, and the planner would loop over it
        cursor.execute("ANALYZE vision_video, vision_titlevector, vision_videovector, feed_videostats")


def new_viewer(*, num_steers: int) -> tuple[Any, str]:
    """Return a viewer who has seen NUM_SEEN videos, liked NUM_LIKED and said `num_steers` things, and their session's key."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from feed.services.engagements import EventDraft, engagements_record
    from feed.services.viewers import viewer_refresh
    from vision.models import Video

    viewer = get_user_model().objects.create_user(f"v{uuid.uuid4().hex[:8]}", password="pw")
    seen = Video.objects.order_by("?").values_list("pk", flat=True)[:NUM_SEEN]
    events = [EventDraft(uuid.uuid4(), key, "impression") for key in seen]
    events += [EventDraft(uuid.uuid4(), event.video_id, "like") for event in events[:NUM_LIKED]]
    engagements_record(viewer_id=viewer.pk, events=events)
    viewer_refresh(viewer_id=viewer.pk)
    if num_steers:
        _say(viewer, num_steers)
    client = Client()
    client.force_login(viewer)
    return viewer, client.cookies["sessionid"].value


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
