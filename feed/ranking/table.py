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
SketchNW = npt.NDArray[np.uint64]

MAX_TAGS = 12
SKETCH_BITS = 384
SKETCH_WORDS = SKETCH_BITS // 64
NO_TAG = -1
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

    def __post_init__(self) -> None:
        """Compute the orders and shares that every request reads."""
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
            "num_tag_slots": int(np.flatnonzero((self.tags != NO_TAG).any(axis=0)).max(initial=-1)) + 1,
        }
        for name, value in computed.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """Return N."""
        return len(self.video_id)

    def rows_of(self, video_ids: npt.NDArray[np.int64]) -> tuple[RowsM, BoolN]:
        """Return the row of each id, and whether the id is in the table (its row is meaningless where not)."""
        if not len(self):
            return np.zeros(len(video_ids), dtype=np.int64), np.zeros(len(video_ids), dtype=bool)
        rows = np.minimum(np.searchsorted(self.video_id, video_ids), len(self) - 1)
        return rows, self.video_id[rows] == video_ids

    def similarity(self, rows: RowsM, row: int) -> FloatN:
        """Return the estimated cosine in [-1, 1] between the videos at `rows` [M] and the one at `row`."""
        return cosines(self.sketch[rows].T, self.sketch[[row]].T)[:, 0]


def cosines(some_WM: SketchNW, others_WK: SketchNW) -> FloatN:
    """Return the estimated cosines [M, K] between sketches; a word a row, because the sum over rows is the fast one."""
    return _COSINES[np.bitwise_count(some_WM[:, :, None] ^ others_WK[:, None]).sum(axis=0, dtype=np.int32)]


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
