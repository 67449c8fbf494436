"""The insights page over a month of traffic: each range's page as an admin gets it, and the time that each section takes of it.

`python -m tests.bench insights`; TILLER_BENCH_VIDEOS (default 100,000) and TILLER_BENCH_SLATES (default 100,000: a million engagements) set
the size; three minutes. Prints medians of TILLER_BENCH_ROUNDS (default 5) and what was left out. Aim (issue 7): about 2 s a page.
"""

import os
import statistics
import time

from tests.bench.insights_rows import fill_month
from tests.bench.own_database import own_database

NUM_VIDEOS = int(os.environ.get("TILLER_BENCH_VIDEOS", "100000"))
NUM_SLATES = int(os.environ.get("TILLER_BENCH_SLATES", "100000"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "5"))


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database():
        from lifecycle.insights.section import RANGES

        began_s = time.perf_counter()
        num = fill_month(num_videos=NUM_VIDEOS, num_slates=NUM_SLATES)
        took_s = time.perf_counter() - began_s
        print(f"{NUM_VIDEOS} videos, {NUM_SLATES} slates, {num} engagements; filled in {took_s:.0f} s", flush=True)
        for name in RANGES:
            _print_page(name)
            _print_sections(name)


def _print_page(name: str) -> None:
    from django.conf import settings
    from django.test import Client, override_settings

    from webapp.accounts.models import User

    admin, _ = User.objects.get_or_create(username="bench", defaults={"role": "admin", "password": "!"})
    plain = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STAFF_SECOND_FACTOR=False, ALLOWED_HOSTS=["testserver"], STORAGES=plain):
        client, times = Client(), []
        client.force_login(admin)
        for _ in range(NUM_ROUNDS + 1):
            began_s = time.perf_counter()
            page = client.get(f"/insights?range={name}")
            times.append(time.perf_counter() - began_s)
    assert page.status_code == 200
    num_left_out = page.content.decode().count("Give it more time")
    print(
        f"{name}: page p50 {statistics.median(times[1:]):.2f} s, slowest {max(times[1:]):.2f} s, left out: {num_left_out} sections"
    )


def _print_sections(name: str) -> None:
    from django.utils import timezone

    from lifecycle.insights.section import window_of
    from lifecycle.insights.sections import SECTIONS, section_read

    for section in SECTIONS.values():
        times = []
        for _ in range(NUM_ROUNDS):
            began_s = time.perf_counter()
            section_read(section, window_of(name, now=timezone.now()))
            times.append(time.perf_counter() - began_s)
        print(f"    {section.key:<16}{1000 * statistics.median(times):>8.0f} ms")
