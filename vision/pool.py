"""Run ingests in processes of this command's own, for commands that must work where no Celery worker runs."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from vision.models import Video, VideoState
from vision.pool_child import ingest_one, prepare

POLL_S = 1.0
MAX_BROKEN = 10  # processes that died; beyond it is no single video's fault
DONE = (VideoState.READY, VideoState.FAILED)


def ingest_here(*, video_ids: Sequence[int], num_processes: int, on_done: Callable[[int], None]) -> None:
    """Ingest the videos and return when each is ready or failed; `on_done` hears each id once.

    A video that a worker elsewhere holds is waited for. A process that dies takes no other video with it: its video's lease runs out
    and it is tried again, three times at most.
    """
    left, told = list(video_ids), set[int]()

    def tell(video_id: int) -> None:
        if video_id not in told:
            told.add(video_id)
            on_done(video_id)

    num_broken = 0
    while left:
        try:
            left = _ingest_all(left, num_processes, tell)
        except BrokenProcessPool:  # the rows know what is left
            num_broken += 1
            if num_broken > MAX_BROKEN:
                raise
        left = _not_done(left, tell)
        if left:
            time.sleep(POLL_S)


def _ingest_all(video_ids: Sequence[int], num_processes: int, on_done: Callable[[int], None]) -> list[int]:
    """Try each video once; return those that are not done, or all again if a process died."""
    context = multiprocessing.get_context("spawn")  # torch and the database's connection do not survive a fork
    left = []
    with ProcessPoolExecutor(min(num_processes, len(video_ids)), mp_context=context, initializer=prepare) as pool:
        futures = {pool.submit(ingest_one, video_id): video_id for video_id in video_ids}
        for future in as_completed(futures):
            if future.result():
                on_done(futures[future])
            else:
                left.append(futures[future])
    return left


def _not_done(video_ids: Sequence[int], on_done: Callable[[int], None]) -> list[int]:
    """Return those not done yet, telling of those that were finished elsewhere."""
    states = dict(Video.objects.filter(pk__in=list(video_ids)).values_list("id", "state"))
    for video_id in video_ids:
        if states.get(video_id) in DONE:
            on_done(video_id)
    return [video_id for video_id in video_ids if video_id in states and states[video_id] not in DONE]
