"""Find the day until which a plan matters, from the viewer's own words. Pure; English; days in the time zone of `now`."""

import re
from datetime import date, datetime, time, timedelta

DEFAULT_PLAN_DAYS = 30  # a plan that names no date
_TRIP_DAYS = 7  # a date usually names the start of a trip: keep the steer while it lasts
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASON_END = {"spring": (5, 31), "summer": (8, 31), "autumn": (11, 30), "fall": (11, 30), "winter": (2, 28)}
_FIXED_DAYS = {
    "christmas": (12, 25), "xmas": (12, 25), "new year": (1, 1), "halloween": (10, 31), "valentine": (2, 14),
    "st patrick": (3, 17), "thanksgiving": (11, 28),
}  # fmt: skip
_MONTH_PATTERN = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)

_IN_SPAN = re.compile(
    r"\b(?:in|within|after)\s+(?:about\s+)?(?:a\s+)?(\d{1,3}|[a-z]+)\s+(?:of\s+)?(day|week|fortnight|month|year)s?\b"
)
_NEXT_UNIT = re.compile(r"\b(next|this|coming)\s+(week|weekend|month|year|spring|summer|autumn|fall|winter)\b")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH_PATTERN})\b")
_MONTH_DAY = re.compile(rf"\b({_MONTH_PATTERN})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b")
_IN_MONTH = re.compile(rf"\b(?:in|by|this|next|until|till|come|early|late|mid)\s+({_MONTH_PATTERN})\b")
_WEEKDAY = re.compile(rf"\b(?:(next)\s+)?({'|'.join(_WEEKDAYS)})\b")


def plan_end_at(said: str, *, now: datetime) -> datetime:
    """Return the end of the last day on which the plan in `said` still matters, never before tomorrow's end."""
    end = _named_day(said.casefold(), now.date())
    last_day = now.date() + timedelta(days=DEFAULT_PLAN_DAYS) if end is None else max(end, now.date())
    return datetime.combine(last_day + timedelta(days=1), time(23, 59, 59), tzinfo=now.tzinfo)


def _named_day(text: str, today: date) -> date | None:
    for finder in (_calendar_day, _span_day, _unit_day, _near_day, _fixed_day, _month_day, _season_day):
        found = finder(text, today)
        if found is not None:
            return found
    return None


def _near_day(text: str, today: date) -> date | None:
    if re.search(r"\b(tomorrow|tmrw|tmr)\b", text):
        return today + timedelta(days=1)
    if re.search(r"\b(tonight|today|this (evening|afternoon|morning))\b", text):
        return today
    weekday = _WEEKDAY.search(text)
    if weekday is None:
        return None
    days_ahead = (_WEEKDAYS.index(weekday.group(2)) - today.weekday()) % 7 or 7
    return today + timedelta(days=days_ahead + (7 if weekday.group(1) else 0))


def _calendar_day(text: str, today: date) -> date | None:
    found = _DAY_MONTH.search(text)
    day, month = (found.group(1), found.group(2)) if found else (None, None)
    if found is None and (found := _MONTH_DAY.search(text)):
        month, day = found.group(1), found.group(2)
    if found is None or day is None or month is None:
        return None
    named = _next_date(today, _month_number(month), int(day))
    return None if named is None else named + timedelta(days=_TRIP_DAYS)


def _span_day(text: str, today: date) -> date | None:
    found = _IN_SPAN.search(text)
    if found is None:
        return None
    count = int(found.group(1)) if found.group(1).isdigit() else _NUMBERS.get(found.group(1))
    return None if count is None else today + timedelta(days=min(count * _UNIT_DAYS[found.group(2)], 730) + _TRIP_DAYS)


def _unit_day(text: str, today: date) -> date | None:
    found = _NEXT_UNIT.search(text)
    if found is None or found.group(2) in _SEASON_END:
        return None
    following = found.group(1) == "next"
    sunday = today + timedelta(days=6 - today.weekday())
    if found.group(2) in ("week", "weekend"):
        return sunday + timedelta(days=7 if following else 0)
    first = today.replace(day=1)
    months = 12 if found.group(2) == "year" else 1
    return _first_of(first, (months if following else 0) + 1) - timedelta(days=1)


def _fixed_day(text: str, today: date) -> date | None:
    for name, (month, day) in _FIXED_DAYS.items():
        if name in text:
            return _next_date(today, month, day)
    return None


def _month_day(text: str, today: date) -> date | None:
    found = _IN_MONTH.search(text)
    if found is None:
        return None
    first = _next_date(today.replace(day=1), _month_number(found.group(1)), 1)
    return None if first is None else _first_of(first, 1) - timedelta(days=1)


def _season_day(text: str, today: date) -> date | None:
    found = re.search(r"\b(?:in|this|next|for the|over the)\s+(spring|summer|autumn|fall|winter)\b", text)
    return None if found is None else _next_date(today, *_SEASON_END[found.group(1)])


def _month_number(name: str) -> int:
    return next(index for index, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3]))


def _first_of(first: date, months_later: int) -> date:
    index = first.month - 1 + months_later
    return date(first.year + index // 12, index % 12 + 1, 1)


def _next_date(today: date, month: int, day: int) -> date | None:
    try:
        named = date(today.year, month, day)
        return named if named >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
