"""Do things at the same time, each in a thread with its own connection to the real database."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run the jobs from one starting shot; return their results in order."""
    jobs = list(jobs)
    shot = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            shot.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
