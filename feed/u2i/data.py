"""Hold who engaged with what, and read it from CSV and .npy files. Pure: numpy only.

Shape suffixes: E engagements, N items, V viewers, F features.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class DataError(ValueError):
    """A file or array does not hold what it should; the message says where and what to do."""


@dataclass(frozen=True)
class Kind:
    """One way to engage: what it says of the viewer's liking (`sign`) and how strongly (`weight` > 0, a start value)."""

    name: str
    sign: int
    weight: float


KINDS = (
    Kind("like", 1, 1.0),
    Kind("share", 1, 1.2),
    Kind("watch", 1, 0.6),  # watched to the end
    Kind("skip", -1, 0.3),
    Kind("not_interested", -1, 1.0),
)
KIND_ROW = {kind.name: row for row, kind in enumerate(KINDS)}
SIGN_K = np.array([kind.sign for kind in KINDS], dtype=np.int64)


@dataclass(frozen=True)
class Interactions:
    """E engagements: `viewer` and `item` are rows from 0, `kind` a row of KINDS.

    `at_s` are seconds of any one clock; all equal: no order is known.
    """

    viewer: Ints
    item: Ints
    kind: npt.NDArray[np.uint8]
    at_s: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        if len({len(self.viewer), len(self.item), len(self.kind), len(self.at_s)}) != 1:
            raise DataError("viewer, item, kind and at_s differ in length")

    def __len__(self) -> int:
        return len(self.viewer)

    @property
    def is_positive(self) -> Bools:
        """Say which engagements [E] speak for their item."""
        return SIGN_K[self.kind] > 0

    @property
    def is_timed(self) -> bool:
        """Say whether any order in time is known."""
        return len(self) > 0 and bool(self.at_s.min() < self.at_s.max())

    def rows(self, row: npt.NDArray) -> "Interactions":
        """Return the chosen engagements (indices or a mask), in that order."""
        return Interactions(self.viewer[row], self.item[row], self.kind[row], self.at_s[row])

    def joined(self, other: "Interactions") -> "Interactions":
        """Return ours followed by the other's."""
        return Interactions(
            np.concatenate([self.viewer, other.viewer]),
            np.concatenate([self.item, other.item]),
            np.concatenate([self.kind, other.kind]),
            np.concatenate([self.at_s, other.at_s]),
        )


def liked_pairs(viewer: Ints, item: Ints) -> Interactions:
    """Return plain (viewer, item) pairs as likes without time."""
    return Interactions(viewer, item, np.zeros(len(viewer), np.uint8), np.zeros(len(viewer)))


def read_pairs(path: Path) -> Interactions:
    """Return the pairs of a CSV with the columns user,item (whole numbers from 0), each once."""
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = csv.DictReader(stream)
        missing = {"user", "item"} - set(rows.fieldnames or [])
        if missing:
            raise DataError(f"{path}: the header must name user,item; it lacks {', '.join(sorted(missing))}")
        pairs = {_pair(path, rows.line_num, row["user"], row["item"]): None for row in rows}
    if not pairs:
        raise DataError(f"{path}: no pairs")
    viewer, item = np.array(list(pairs), dtype=np.int64).T
    return liked_pairs(viewer, item)


def _pair(path: Path, line: int, user: str | None, item: str | None) -> tuple[int, int]:
    try:
        pair = int(user or ""), int(item or "")
    except ValueError:
        raise DataError(f"{path}, line {line}: {user!r}, {item!r} are not two whole numbers") from None
    if min(pair) < 0:
        raise DataError(f"{path}, line {line}: {user}, {item}: numbers count from 0")
    return pair


def read_features(paths: list[Path]) -> list[Floats]:
    """Return one block [N, F] of float32 a .npy file, rows in the same order; float16 is widened before anything is computed."""
    blocks = [_block(path) for path in paths]
    if len({len(block) for block in blocks}) > 1:
        counts = ", ".join(f"{path.name} {len(block)}" for path, block in zip(paths, blocks, strict=True))
        raise DataError(f"the feature files differ in rows: {counts}")
    return blocks


def _block(path: Path) -> Floats:
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    try:
        block = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise DataError(f"{path}: not a .npy file of numbers ({error})") from None
    if not isinstance(block, np.ndarray) or block.ndim != 2 or block.dtype.kind not in "fiu" or not block.size:
        raise DataError(f"{path}: expected numbers of shape [items, features]")
    wide = block.astype(np.float32)
    if not np.isfinite(wide).all():
        row, column = np.argwhere(~np.isfinite(wide))[0]
        raise DataError(f"{path}: row {row}, column {column} is not a finite number")
    return wide


def popularity(
    interactions: Interactions, num_items: int, *, activity_power: float = 0.5, prior: float = 0.5
) -> Floats:
    """Return each item's share [N] of the good engagements, summing to 1 and never 0.

    A viewer with n of them counts n**-activity_power each, so that a few who engage with hundreds do not outvote everybody. `prior` is
    what every item is given, in engagements.
    """
    good = interactions.rows(interactions.is_positive)
    activity_V = np.bincount(good.viewer) if len(good) else np.ones(1)
    weight_E = activity_V[good.viewer].astype(np.float64) ** -activity_power
    count_N = np.bincount(good.item, weights=weight_E, minlength=num_items) + prior
    return (count_N / count_N.sum()).astype(np.float32)
