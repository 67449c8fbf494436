"""Give a share of counted things its interval, and say which habits of a labeller it shows. Pure.

`scipy` has both, and costs the web process a fifth of its start and 14 MB for these few lines.
"""

import math
from dataclasses import dataclass
from itertools import accumulate

Z = 1.959963984540054  # of 95 %
MIN_SIDED = 20  # answers for one side before a habit is told from chance


@dataclass(frozen=True)
class Share:
    """`count` of `total`, both >= 0; value and interval in [0, 1], None where total is 0."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of Wilson (1927); (0, 1) where nothing was counted."""
        if not self.total:
            return 0.0, 1.0
        share, spread = self.count / self.total, Z**2 / self.total
        middle = (share + spread / 2) / (1 + spread)
        half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def percents(self) -> tuple[str, str]:
        """Return the interval's ends as the pages say them."""
        low, high = self.interval
        return f"{100 * low:.0f}", f"{100 * high:.0f}"


def is_one_sided(left: Share) -> bool:
    """Return whether somebody chooses one side too often to be chance: exact binomial test at 1 %, `left` of all that chose a side.

    Sides are shuffled, so who looks at the videos alone chooses each side half of the time.
    """
    return left.total >= MIN_SIDED and _p_by_chance(left) < 0.01


def _p_by_chance(left: Share) -> float:
    """Return how probably a coin is at least as one-sided."""
    rarer = min(left.count, left.total - left.count)
    ways = accumulate(
        range(rarer), lambda ways, k: ways * (left.total - k) // (k + 1), initial=1
    )  # to choose 0, 1 ... rarer
    return min(1.0, 2 * sum(ways) / 2**left.total)
