"""Place values on an axis, linear, logarithmic or of time, and choose where it is labelled."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Scale = Literal["linear", "log", "time"]
Value = float | datetime
Say = Callable[[float | None], str]
STEPS_S = (60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000)
MAX_TIMES = 6


def plain(value: Value) -> float:
    """Return a time in Unix seconds, a number as it is."""
    return value.timestamp() if isinstance(value, datetime) else float(value)


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a value lies, as the number that is drawn, and how such a number is told."""

    scale: Scale
    say: Say

    def place(self, value: Value | None) -> float | None:
        """Return the drawn number: the value itself, a time's seconds, a logarithm (None for what is not above 0)."""
        if value is None:
            return None
        number = plain(value)
        if self.scale == "log":
            return math.log10(number) if number > 0 else None
        return number

    def tell(self, placed: float | None) -> str:
        """Return the words for a drawn number."""
        if placed is None:
            return self.say(None)
        return self.say(10**placed if self.scale == "log" else placed)

    def labels(self, placed: Sequence[float]) -> list[dict[str, Any]] | None:
        """Return where to label the range of some drawn numbers, None for where pygal finds it by itself."""
        if self.scale == "linear":
            return None
        marks = _times(min(placed), max(placed)) if self.scale == "time" else _powers(min(placed), max(placed))
        return [{"value": value, "label": words or self.tell(value)} for value, words in marks]


def _times(first: float, last: float) -> list[tuple[float, str]]:
    """Return at most MAX_TIMES round times (UTC): hours where a step is below a day, else days."""
    step = next((step for step in STEPS_S if (last - first) / step < MAX_TIMES), (last - first) / MAX_TIMES)
    start = math.ceil(first / step) * step
    marks = [start + step * index for index in range(MAX_TIMES) if start + step * index <= last] or [first]
    form = "%H:%M" if step < 86_400 else "%-d %b"
    return [(mark, datetime.fromtimestamp(mark, UTC).strftime(form)) for mark in marks]


def _powers(first: float, last: float) -> list[tuple[float, str]]:
    """Return the logarithms of powers of ten, with 2 and 5 times them within two decades; the ends where none lies between."""
    factors = (1, 2, 5) if last - first <= 2 else (1,)
    powers = range(math.floor(first), math.ceil(last) + 1)
    marks = [math.log10(factor) + power for power in powers for factor in factors]
    return [(mark, "") for mark in marks if first - 1e-9 <= mark <= last + 1e-9] or [(first, ""), (last, "")]
