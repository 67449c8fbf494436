"""Give a share of counted things its interval, and say which habits of a labeller it shows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

TOO_FAST_S = 1.0  # two videos cannot be compared sooner: looking alone takes a few hundred milliseconds each
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
        found = binomtest(self.count, self.total).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    @property
    def percents(self) -> tuple[str, str]:
        """Return the interval's ends as the pages say them."""
        low, high = self.interval
        return f"{100 * low:.0f}", f"{100 * high:.0f}"


def of(flags: Sequence[bool]) -> Share:
    return Share(sum(flags), len(flags))


def is_one_sided(left: Share) -> bool:
    """Return whether somebody chooses one side too often to be chance: exact binomial test at 1 %, `left` of all that chose a side.

    Sides are shuffled, so who looks at the videos alone chooses each side half of the time.
    """
    return left.total >= MIN_SIDED and bool(binomtest(left.count, left.total).pvalue < 0.01)


def is_too_fast(seconds: float | None) -> bool:
    """Return whether an answer came sooner than anybody can have looked; where the time is not known, no."""
    return seconds is not None and seconds < TOO_FAST_S
