"""Run a real worker of the queue that makes viewers' vectors, and time what one like does."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test import Client

from feed import features
from feed.models import ViewerVector
from tests.feed import worker_child
from tests.feed.watching import cards
from workers.app import app

LIMIT_S = 120.0  # a slow machine may take long; what never comes fails


@contextmanager
def worker_running(queue: str = "default") -> Iterator[None]:
    """Start a worker of a queue as a process of its own, wait until it answers, and end it."""
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    environment["TILLER_WORKER_QUEUES"] = queue
    command = [sys.executable, worker_child.__file__, connection.settings_dict["NAME"], queue]
    process = subprocess.Popen(command, env=environment)
    try:
        deadline_s = time.monotonic() + LIMIT_S
        while not app.control.ping(timeout=0.5):
            assert process.poll() is None and time.monotonic() < deadline_s, "the worker does not answer"
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def like(client: Client, video_id: int) -> None:
    event = {"client_uuid": str(uuid.uuid4()), "video_id": video_id, "kind": "like"}
    response = client.post("/api/feed/engagements", json.dumps({"events": [event]}), content_type="application/json")
    assert response.status_code == 202, response.content


def seconds_to_move(client: Client, viewer_id: int, video_id: int) -> tuple[float, float]:
    """Like a video and return the seconds until the vector's row is another, and until a slate names the like."""
    rows = ViewerVector.objects.filter(viewer_id=viewer_id).order_by("-updated_at")
    before, started_s = rows.values_list("updated_at", flat=True).first(), time.monotonic()
    like(client, video_id)
    while rows.values_list("updated_at", flat=True).first() == before:
        assert time.monotonic() < started_s + LIMIT_S, "the vector does not move"
        time.sleep(0.005)
    vector_s = time.monotonic() - started_s
    features.reset()
    while not any(card["reason"]["video_id"] == video_id for card in cards(client, count=20)):
        assert time.monotonic() < started_s + LIMIT_S, "no card names the like"
        time.sleep(0.005)
    return vector_s, time.monotonic() - started_s
