"""Name what the ranker knows of a candidate, in one place. Pure: numpy only.

Shapes: C candidates, F features, L lanes, T tag slots. Values are float16, which is how a slate logs them and how the ranker reads
them when it serves: a training reads to the bit what was known when the card was chosen. Nothing here knows the clock (age is
counted from the newest video), so that the same rows give the same features at any hour.
"""

import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.ranking.compose import Lane, Pick
from feed.ranking.table import NO_TAG, SKETCH_BITS, FeatureTable, FloatN, RowsM

FeaturesCF = npt.NDArray[np.float16]

SOURCES = ("steer", "similar", "search", "popular", "fresh", "explore")
OF_LANE = (
    *(f"from_{source}" for source in SOURCES),  # 1 for the source that brought it
    "is_on_topic",  # 1 for what is about the steer, 0 for what is near it and for all that no steer brought
    "steer_strength",
    "steer_age",  # 0 for the latest thing said, 1 for the one before
)
OF_CANDIDATE = (
    "source_score",  # as the source scores it: a steer's evidence [0, 2.6], a cosine, or a place in the order [0, 1]
    "demotion",  # [0, 3] soft "less" steers and what the viewer is not interested in
    "taste_similarity",  # estimated cosine to the mean of what the viewer liked, newer ones heavier
    "liked_similarity",  # estimated cosine to the nearest of the last liked
    "tag_liked",  # share of the liked that carry its tags, summed over them
    "creator_liked",  # how many of the liked are by its creator
    "tag_seen",  # the same two of what was seen last: tiring
    "creator_seen",
    "popularity",  # smoothed rate of good engagements to people who saw it (feed.services.popularity), 0 where nobody did
    "age_days_log",  # log(1 + days) before the newest video
    "duration_s",
    "motion",  # -1 where unknown
    "num_engagements_log",  # how much is known of the viewer; the same for all cards of a slate
)
NAMES = OF_LANE + OF_CANDIDATE
POSITION = "position"  # where the card stood in its slate: known to a training only, 0 when serving
WIDTH_BYTES = 2 * len(NAMES)
MARK = zlib.crc32(",".join(NAMES).encode()).to_bytes(4, "little")  # stands before logged features: which ones they are

_NO_SOURCE = (0.0,) * len(SOURCES)
_ONE_HOT = {source: tuple(float(source == name) for name in SOURCES) for source in SOURCES}
LAST_LIKED = 8  # the nearest of them counts for liked_similarity
LAST_SEEN = 50  # cards that can tire
DECAY = 0.9  # as feed.services.viewers
MAX_DURATION_S = 3_600.0
SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True)
class Past:
    """What a viewer did, as rows of the table: `liked` newest first, `seen` oldest first. `num_engagements` counts good signs."""

    liked: RowsM
    seen: RowsM
    num_engagements: int


def features_of_lanes(
    *, table: FeatureTable, past: Past, lanes: list[Lane], heads: list[int], penalty: FloatN
) -> FeaturesCF:
    """Return the features of the first `heads` candidates of each lane, end to end. `penalty` [N] is the table's rows'."""
    rows = np.concatenate([lane.rows[:num] for lane, num in zip(lanes, heads, strict=True)])
    score = np.concatenate([lane.score[:num] for lane, num in zip(lanes, heads, strict=True)])
    return _features(table, past, lanes, np.repeat(np.arange(len(lanes)), heads), rows, score, penalty[rows])


def features_of_picks(
    *, table: FeatureTable, past: Past, lanes: list[Lane], picks: list[Pick], penalty: FloatN
) -> FeaturesCF:
    """Return the features of chosen cards, in their order; `lanes` are those that the sources gave, before any ranker."""
    rows = np.array([pick.row for pick in picks], dtype=np.int64)
    score = np.array([lanes[pick.lane].score[pick.index] for pick in picks], dtype=np.float32)
    lane_of = np.array([pick.lane for pick in picks], dtype=np.int64)
    return _features(table, past, lanes, lane_of, rows, score, penalty[rows])


def _features(
    table: FeatureTable,
    past: Past,
    lanes: list[Lane],
    lane_of: npt.NDArray[np.int64],
    rows: RowsM,
    score: FloatN,
    demotion: FloatN,
) -> FeaturesCF:
    features = np.empty((len(rows), len(NAMES)), dtype=np.float16)
    if not len(rows):
        return features
    used = np.flatnonzero(np.bincount(lane_of))
    of_lanes = np.array([_of_lane(lanes[index]) for index in used.tolist()], dtype=np.float16)
    features[:, : len(OF_LANE)] = of_lanes[used.searchsorted(lane_of)]
    columns = (  # in the order of OF_CANDIDATE
        score + demotion,
        demotion,
        _taste_similarity(table, past, rows),
        _liked_similarity(table, past, rows),
        *_history(table, past.liked, rows),
        *_history(table, past.seen, rows),
        table.popularity[rows],
        np.log1p((table.newest_s - table.published_s[rows]) / SECONDS_A_DAY),
        np.minimum(table.duration_s[rows], MAX_DURATION_S),
        np.nan_to_num(table.motion[rows], nan=-1.0),
        math.log1p(past.num_engagements),
    )
    for index, column in enumerate(columns, start=len(OF_LANE)):
        features[:, index] = column
    return features


def _of_lane(lane: Lane) -> tuple[float, ...]:
    source = _ONE_HOT.get(lane.source, _NO_SOURCE)
    if lane.wish is None:
        return (*source, 0.0, 0.0, 0.0)
    return (*source, float(lane.stands_in_for is None), lane.wish.strength, float(lane.wish.age))


def _taste_similarity(table: FeatureTable, past: Past, rows: RowsM) -> FloatN | float:
    """Return the cosine of each row's sketch to the weighted majority of the liked ones' sketches; 0 where nothing is liked."""
    if not len(past.liked):
        return 0.0
    weights = DECAY ** np.arange(len(past.liked), dtype=np.float32)
    signs_AB = np.unpackbits(table.sketch[past.liked].view(np.uint8), axis=1)
    majority = np.packbits(weights @ signs_AB > weights.sum() / 2).view(np.uint64)
    return _cosine(table.sketch[rows] ^ majority)


def _liked_similarity(table: FeatureTable, past: Past, rows: RowsM) -> FloatN | float:
    if not len(past.liked):
        return 0.0
    liked_AW = table.sketch[past.liked[:LAST_LIKED]]
    return _cosine(table.sketch[rows][:, None] ^ liked_AW[None]).max(axis=1)


def _cosine(differing: npt.NDArray[np.uint64]) -> FloatN:
    num = np.bitwise_count(differing).sum(axis=-1, dtype=np.int32)
    return np.cos(np.pi / SKETCH_BITS * num).astype(np.float32)


def _history(table: FeatureTable, past: RowsM, rows: RowsM) -> tuple[Any, Any]:
    """Return for each row the share of `past` with its tags, summed over its tags, and how many of `past` are by its creator."""
    if not len(past):
        return 0.0, 0.0
    tags = table.tags[past].ravel()
    share = np.bincount(tags[tags != NO_TAG], minlength=len(table.tag_share) + 1) / len(past)  # the last: NO_TAG's, 0
    by_creator = (table.creator[rows][:, None] == table.creator[past][None]).sum(axis=1)
    return share[table.tags[rows]].sum(axis=1), by_creator


def read_logged(data: bytes | memoryview) -> FeaturesCF | None:
    """Return the features of a slate's cards [C, F] as they were logged; None where other features were logged, or none."""
    content = bytes(data)
    if content[: len(MARK)] != MARK:
        return None
    return np.frombuffer(content, dtype="<f2", offset=len(MARK)).reshape(-1, len(NAMES))
