"""Hold what ranking needs of every servable video, in arrays. Pure: numpy only.

Shapes: N videos, T tag slots, W sketch words. Rows are sorted by video id, so that an id finds its row by bisection.
The `sketch` [N, W] is the sign of each of a video's 384 vector components: 48 bytes a video where the vector takes 768, and the share
of differing bits estimates the angle between two vectors (Charikar 2002; error about .08 rad at 384 bits).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

BoolN = npt.NDArray[np.bool_]
FloatN = npt.NDArray[np.float32]
IntN = npt.NDArray[np.int64]
RowsM = npt.NDArray[np.int64]
UIntN = npt.NDArray[np.uint32]
SketchNW = npt.NDArray[np.uint64]

MAX_TAGS = 12
SKETCH_BITS = 384
SKETCH_WORDS = SKETCH_BITS // 64
NO_TAG = -1
MAX_SPREAD = 8  # ids a video: 3.2 MB of places for 100,000 videos at most
_COSINES = np.cos(np.pi * np.arange(SKETCH_BITS + 1) / SKETCH_BITS).astype(np.float32)  # by differing bits
CALM_SHARE = LIVELY_SHARE = 1 / 3  # the stillest and the busiest third of the catalogue


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Say of N videos what ranking asks; never mutated, a refresh makes a new one.

    `creator`, `title`, `tags` are codes (equal code: equal text); `motion` is NaN where unknown; `popularity` is 0 for a video
    that nobody has engaged with. `fresh` and `popular` are rows, best first. `tag_share` is each tag's share of the catalogue.
    """

    video_id: IntN
    vector_id: IntN
    creator: IntN
    title: IntN
    duration_s: FloatN
    motion: FloatN
    published_s: npt.NDArray[np.float64]
    popularity: FloatN
    sketch: SketchNW
    tags: npt.NDArray[np.int32]
    model_version_id: int = 0
    tag_share: FloatN = field(init=False)
    fresh: RowsM = field(init=False)
    popular: RowsM = field(init=False)
    calm_below: float = field(init=False)
    lively_above: float = field(init=False)
    newest_s: float = field(init=False)
    num_tag_slots: int = field(init=False)  # T of them hold a tag somewhere
    mixed_id: UIntN = field(init=False)  # where feed.sources.explore begins to hash
    row_at: npt.NDArray[np.int32] = field(
        init=False
    )  # [the largest id + 2] each id's row, -1 for none; empty where ids are scattered

    def __post_init__(self) -> None:
        """Compute the orders, shares and places that every request reads."""
        num_tags = int(self.tags.max(initial=NO_TAG)) + 1
        counts = np.bincount(self.tags[self.tags >= 0].ravel(), minlength=num_tags)
        moving = self.motion[np.isfinite(self.motion)]
        calm, lively = np.quantile(moving, [CALM_SHARE, 1 - LIVELY_SHARE]) if len(moving) else (0.0, 0.0)
        liked = np.flatnonzero(self.popularity > 0)
        computed = {
            "tag_share": (counts / max(1, len(self))).astype(np.float32),
            "fresh": np.lexsort((-self.video_id, -self.published_s)),
            "popular": liked[np.lexsort((self.video_id[liked], -self.popularity[liked]))],
            "calm_below": float(calm),
            "lively_above": float(lively),
            "newest_s": float(self.published_s.max(initial=0.0)),
            "mixed_id": mixed(self.video_id.astype(np.uint32)),
            "row_at": _places(self.video_id),
            "num_tag_slots": int(np.flatnonzero((self.tags != NO_TAG).any(axis=0)).max(initial=-1)) + 1,
        }
        for name, value in computed.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """Return N."""
        return len(self.video_id)

    def rows_of(self, video_ids: npt.NDArray[np.int64]) -> tuple[RowsM, BoolN]:
        """Return the row of each id, and whether the id is in the table (its row is meaningless where not).

        Looked up by id, because bisection in a large table waits for memory: 400 ids took .1 ms of a request.
        """
        if not len(self):
            return np.zeros(len(video_ids), dtype=np.int64), np.zeros(len(video_ids), dtype=bool)
        if len(self.row_at):
            rows = self.row_at.take(video_ids, mode="clip").astype(np.int64)
            return rows, rows >= 0
        rows = np.minimum(np.searchsorted(self.video_id, video_ids), len(self) - 1)
        return rows, self.video_id[rows] == video_ids

    def similarity(self, rows: RowsM, row: int) -> FloatN:
        """Return the estimated cosine in [-1, 1] between the videos at `rows` [M] and the one at `row`."""
        similar: FloatN = cosines(np.ascontiguousarray(self.sketch[rows].T), self.sketch[[row]])[0]
        return similar


def cosines(some_WM: SketchNW, others_KW: SketchNW) -> FloatN:
    """Return the estimated cosines [K, M] between sketches; `some` a word a row, because a sum over rows is the fast one."""
    differing = np.bitwise_count(some_WM ^ others_KW[:, :, None])
    return _COSINES[np.add.reduce(differing, axis=1, dtype=np.int32)]


def _places(video_ids: IntN) -> npt.NDArray[np.int32]:
    """Return the row of each id from 0 to one more than the largest, -1 for none; nothing where that would be MAX_SPREAD times as long."""
    if not len(video_ids) or video_ids[-1] > MAX_SPREAD * len(video_ids):
        return np.zeros(0, dtype=np.int32)
    places = np.full(video_ids[-1] + 2, -1, dtype=np.int32)
    places[video_ids] = np.arange(len(video_ids))
    return places


def mixed(numbers: UIntN) -> UIntN:
    """Return MurmurHash3's first and last step: the lower half takes up the upper, which stays as it is."""
    return numbers ^ (numbers >> np.uint32(16))


def empty_table(*, model_version_id: int = 0) -> FeatureTable:
    """Return the table of a catalogue without videos."""
    ints, floats = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    return FeatureTable(
        video_id=ints,
        vector_id=ints,
        creator=ints,
        title=ints,
        duration_s=floats,
        motion=floats,
        published_s=np.zeros(0),
        popularity=floats,
        sketch=np.zeros((0, SKETCH_WORDS), dtype=np.uint64),
        tags=np.full((0, MAX_TAGS), NO_TAG, dtype=np.int32),
        model_version_id=model_version_id,
    )


def sketches_of(bits: Sequence[str]) -> SketchNW:
    """Return vectors' sketches [N, W] from their bit strings (pgvector's `binary_quantize`), cut or padded to 384 bits."""
    digits = "".join(each[:SKETCH_BITS].ljust(SKETCH_BITS, "0") for each in bits).encode()
    ones = np.frombuffer(digits, dtype=np.uint8).reshape(len(bits), SKETCH_BITS) - ord("0")
    return np.packbits(ones, axis=1).view(np.uint64)
