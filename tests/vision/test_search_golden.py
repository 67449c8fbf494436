"""What the catalogue has is found in other words too, and what it has not is flagged, on queries that nothing was fitted on.

`golden/search_queries.jsonl`: hand-written; `families` are the scene families that show what is asked for, none where no clip does.
Rows of the set "fit" set the weights in vision/words.py; only those of the set "test" are judged here.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.feed.catalogue import encode
from tests.vision.demo_vectors import demo_indexed
from vision.background import TOPICS_FILE
from vision.clip import background
from vision.index import Hit, search
from vision.services import frame_vectors_store
from vision.versions import vectors_store

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden" / "search_queries.jsonl"
MIN_FLAGGED, MAX_FALSE, MIN_RIGHT = 0.90, 0.05, 0.93  # the aims of issue 4 for the first two; reached .922, .038, .952


def queries() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    return [row for row in rows if row["set"] == "test"]


def has_good_match(hits: list[Hit]) -> bool:
    return any(hit.cause.is_on_topic for hit in hits)


def test_what_is_here_is_found_and_what_is_not_is_flagged() -> None:
    _, specs = demo_indexed()
    rows = queries()
    vectors = encode([row["query"] for row in rows])

    found = [search(vector, limit=5, text_query=row["query"]) for row, vector in zip(rows, vectors, strict=True)]

    here = [(row, hits) for row, hits in zip(rows, found, strict=True) if row["families"]]
    not_here = [hits for row, hits in zip(rows, found, strict=True) if not row["families"]]
    assert min(len(here), len(not_here)) >= 80
    false = [row["query"] for row, hits in here if not has_good_match(hits)]
    missed = [hits for hits in not_here if has_good_match(hits)]
    listed = set(background.topics())
    unlisted = [
        has_good_match(hits)
        for row, hits in zip(rows, found, strict=True)
        if not row["families"] and row["query"] not in listed
    ]
    right = [specs[hits[0].video_id].family in row["families"] for row, hits in here]
    print(
        f"flagged {1 - len(missed) / len(not_here):.3f} (no topic word by word: {1 - np.mean(unlisted):.3f}),"
        f" false {len(false) / len(here):.3f}, right {np.mean(right):.3f}"
    )
    assert 1 - len(missed) / len(not_here) >= MIN_FLAGGED
    assert len(unlisted) >= 80 and 1 - np.mean(unlisted) >= MIN_FLAGGED
    assert len(false) / len(here) <= MAX_FALSE, false
    assert np.mean(right) >= MIN_RIGHT


def test_a_result_opens_at_the_moment_that_matches() -> None:
    version, specs = demo_indexed()
    video_id = next(iter(specs))
    aurora, penguins = encode(["northern lights", "penguins"])
    vectors_store(version=version, video_id=video_id, video_vec=aurora, title_vec=penguins)
    frames = np.zeros((2, 384 + 192), np.float32)
    frames[0, :384], frames[1, :384] = aurora, penguins
    frame_vectors_store(
        video_id=video_id,
        tower_version=version.spec["tower_version"],
        times_s=[0.5, 4.25],
        motion=[0.1, 0.1],
        vectors_KE=frames,
    )

    moments = {
        phrase: next(h.cause.time_s for h in search(vector, limit=50, text_query=phrase) if h.video_id == video_id)
        for phrase, vector in (("northern lights", aurora), ("penguins", penguins))
    }

    assert moments == {"northern lights": 0.5, "penguins": 4.25}


def test_the_shipped_topics_are_those_of_the_list_by_the_encoder() -> None:
    from safetensors.numpy import load_file

    shipped = load_file(TOPICS_FILE)["vectors"].astype(np.float32)
    some = list(range(0, len(shipped), 60))

    assert len(shipped) == len(background.topics()) == len(set(background.topics()))
    np.testing.assert_allclose(encode([background.topics()[row] for row in some]), shipped[some], atol=2e-3)
