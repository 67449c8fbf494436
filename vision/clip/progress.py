"""Show how a training goes: a bar in a terminal, a line an evaluation elsewhere, nothing in processes other than the first. Pure."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich import progress as rich_progress
from rich.console import Console


class Progress:
    """One stage from step `first` to `total`, with loss, held-out R@1, frames/s and time left; a context manager."""

    def __init__(self, name: str, first: int, total: int, *, is_shown: bool, console: Console | None = None) -> None:
        self.name, self.first, self.done, self.total = name, first, first, total
        self.console = console or Console()
        self.is_shown = is_shown
        self.loss, self.recall, self.num_frames = float("nan"), float("nan"), 0
        self.started_at = time.monotonic()
        self.bar = rich_progress.Progress(
            "{task.description}",
            rich_progress.BarColumn(bar_width=None),
            rich_progress.MofNCompleteColumn(),
            "{task.fields[figures]}",
            rich_progress.TimeRemainingColumn(),
            console=self.console,
            disable=not (is_shown and self.console.is_terminal),
        )
        self.task = self.bar.add_task(name, total=total, completed=first, figures="")

    def __enter__(self) -> "Progress":
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def advance(self, num_frames: int, loss: float) -> None:
        """Count a step that read so many frames."""
        self.done, self.num_frames, self.loss = self.done + 1, self.num_frames + num_frames, loss
        recall = "" if self.recall != self.recall else f"R@1 {self.recall:.3f}  "
        self.bar.update(
            self.task, completed=self.done, figures=f"loss {loss:.3f}  {recall}{self.frames_fps():.0f} frames/s"
        )

    def evaluated(self, logit_scale: float, scores: dict[str, float]) -> None:
        """Take up recall, where measured; without a terminal, print a line."""
        self.recall = scores.get("R@1", self.recall)
        if self.is_shown and not self.console.is_terminal:
            recall = " ".join(f"{name} {value:.3f}" for name, value in scores.items())
            line = f"{self.name} {self.done}/{self.total} loss {self.loss:.3f} scale {logit_scale:.1f} {recall}"
            print(
                f"{line} | {self.frames_fps():.0f} frames/s, {self.left_s() / 60:.1f} min left",
                file=self.console.file,
                flush=True,
            )

    def frames_fps(self) -> float:
        """Return frames a second of wall time since this process began the stage, evaluations included."""
        return self.num_frames / max(1e-9, time.monotonic() - self.started_at)

    def left_s(self) -> float:
        """Return the seconds that the steps left take at the speed so far."""
        return (time.monotonic() - self.started_at) / max(1, self.done - self.first) * (self.total - self.done)


@contextmanager
def counting(what: str, *, is_shown: bool, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (done, total): a bar in a terminal, a line a call elsewhere."""
    console = console or Console()
    bar = rich_progress.Progress(
        *rich_progress.Progress.get_default_columns(), console=console, disable=not (is_shown and console.is_terminal)
    )
    task = bar.add_task(what)

    def told(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if is_shown and not console.is_terminal:
            print(f"{what} {done}/{total}", file=console.file, flush=True)

    with bar:
        yield told
