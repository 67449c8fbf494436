"""Write the numbers of charts and tables as people read them."""

from datetime import UTC, datetime

NONE = "none"


def number(value: float | None) -> str:
    """Return a count or a measure in at most four digits, thousands apart: 12,345; 3.142; 0.0021."""
    if value is None:
        return NONE
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.4g}"


def percent(value: float | None) -> str:
    """Return a share of [0, 1] in per cent, to a tenth below ten."""
    if value is None:
        return NONE
    scaled = 100 * value
    rounded = round(scaled) if abs(scaled) >= 10 else round(scaled, 1)
    return f"{rounded:g} %"


def duration(seconds: float | None) -> str:
    """Return seconds in the unit that keeps the number short: 85 ms, 1.2 s, 3 min, 2 h, 4 d."""
    if seconds is None:
        return NONE
    if abs(seconds) < 1:
        return f"{seconds * 1000:.3g} ms"
    for unit, length, longest in (("s", 1, 100), ("min", 60, 6000), ("h", 3600, 172_800)):
        if abs(seconds) < longest:
            return f"{seconds / length:.2g} {unit}" if seconds / length < 10 else f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"


def when(timestamp: float | None) -> str:
    """Return the minute of a Unix time, in UTC."""
    if timestamp is None:
        return NONE
    return datetime.fromtimestamp(timestamp, UTC).strftime("%d %b %H:%M")
