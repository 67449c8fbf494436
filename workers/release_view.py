"""Show a release while it runs: a bar of the rows, then what is under way, then what each part took."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vision.models import Released
from vision.releases import ReleaseBusyError, ReleaseRefusedError, Times

POLL_S = 0.5
STEP_WORDS = {"": "starting", "rows": "vectors", "indexes": "indexes", "switch": "viewers, switch"}


def release_shown(*, version: Released, run: Callable[..., Times], out: OutputWrapper) -> None:
    """Carry an opened release through by `run` with a progress bar, and print the seconds of its parts; raises CommandError in words."""
    with _bar(version):
        try:
            seconds = run(version=version)
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        except ReleaseBusyError as error:
            raise CommandError(f"{error}: see --status") from error
    out.write(f"{version.slug} serves ({', '.join(f'{part} {s:.1f} s' for part, s in seconds.items())})")


@contextmanager
def _bar(version: Released) -> Iterator[None]:
    """Draw the row's progress from a thread of its own: the work holds this one."""
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    rows, ended = type(version)._default_manager, threading.Event()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(STEP_WORDS[""], total=None)

        def draw() -> None:
            while not ended.wait(POLL_S):
                row = rows.filter(pk=version.pk).values("step", "num_indexed", "num_to_index").first()
                if row and row["step"]:
                    completed, total = row["num_indexed"], row["num_to_index"]
                    progress.update(task, description=STEP_WORDS[row["step"]], completed=completed, total=total)
            connection.close()

        thread = threading.Thread(target=draw, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
