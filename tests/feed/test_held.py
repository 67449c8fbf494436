"""The table that is kept in step equals one that is made anew, whatever happens to the catalogue."""

from typing import Any

import numpy as np
import pytest

from feed.ranking.held import COLUMNS, RECORD, Held, Records


def drawn(rng: np.random.Generator, video_ids: Any) -> Records:
    """Return records of those videos: about a quarter may not be served, some do not say how they move."""
    records = np.zeros(len(video_ids), dtype=RECORD)
    records["video_id"] = video_ids
    records["vector_id"] = rng.integers(1, 999, len(video_ids))
    records["popularity"] = rng.random(len(video_ids))
    records["motion"] = np.where(rng.random(len(video_ids)) < 0.3, np.nan, 0.5)
    records["tags"] = rng.integers(-1, 4, (len(video_ids), 12))
    records["servable"] = rng.random(len(video_ids)) < 0.75
    return records


@pytest.mark.parametrize("seed", range(40))
def test_a_table_that_is_kept_in_step_is_the_one_that_is_made_anew(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth: dict[int, Any] = {}
    held = Held()

    for _ in range(12):
        told = drawn(rng, rng.choice(60, size=rng.integers(0, 20), replace=False))
        truth |= {int(record["video_id"]): record for record in told}
        above, upto = sorted(rng.integers(-1, 60, 2).tolist())
        found = [key for key in truth if above < key <= upto and rng.random() < 0.8]
        truth = {key: record for key, record in truth.items() if not above < key <= upto or key in found}
        held = held.updated(
            [told[: len(told) // 2], told[len(told) // 2 :]], above=above, upto=upto, found=np.array(found, dtype="i8")
        )
        truth |= {int(record["video_id"]): record for record in told}  # what was told last is there

        records = np.array([truth[key] for key in sorted(truth)], dtype=RECORD)
        for name in COLUMNS:
            assert np.array_equal(getattr(held.table, name), records[records["servable"]][name], equal_nan=True), name
        assert held.withheld.tobytes() == records[~records["servable"]].tobytes()


def test_what_is_told_again_changes_nothing() -> None:
    records = drawn(np.random.default_rng(1), np.arange(30))
    held = Held().updated([records], above=-1, upto=99, found=records["video_id"])

    again = held.updated([records[5:9], records[20:]], above=-1, upto=99, found=records["video_id"])

    assert again is held
