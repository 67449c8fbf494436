"""The feed through uvicorn against a plain view that reads one row by key and renders the same JSON: same login, same process, interleaved.


`python -m tests.bench feed` prints every line of the promise (issue 5) in one report, each beside its aim: p50, p95, p99 with one client
and with eight (by one web process, then by two), their ratios with 95 % intervals (bootstrap over rounds, 1,000 draws), processor time a
request, and what the web process takes. TILLER_BENCH_VIDEOS (default 100,000), TILLER_BENCH_ROUNDS (default 6,000, three requests each by
one client) and TILLER_BENCH_ROUNDS_AT_ONCE (default 400 by each of eight) set the size; 6 minutes on two quiet cores. On a busy machine
read the lines of processor time: they count what the web process and the database's processes computed, not what they waited for.
"""

import http.client
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from tests.bench.feed_world import NUM_SEEN, fill_catalogue, new_viewer
from tests.bench.own_database import own_database
from tests.bench.web_process import Request, Web, ask, cpu_s, database_pids, web_process
from tests.stack.server import free_port

NUM_VIDEOS = int(os.environ.get("TILLER_BENCH_VIDEOS", "100000"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "6000"))
NUM_ROUNDS_AT_ONCE = int(os.environ.get("TILLER_BENCH_ROUNDS_AT_ONCE", "400"))
NUM_CLIENTS = 8
NUM_WEB_PROCESSES = 2  # as docker-compose.yml serves
SETTINGS = "tests.bench.plain_settings"
NUM_STEERS = 20
WARM_UP = 40
PLAIN, NONE, STEERED = "plain view", "feed, no steer", f"feed, {NUM_STEERS} steers"
CLOCKS = ("wall", "web", "database")  # wall time, and the processor time of the web process and of the database's

TimesKR = dict[str, npt.NDArray[np.float64]]  # milliseconds by request: a row a clock, a column a round


def main() -> None:
    """Measure and print, on a database of its own."""
    os.environ["PORT"] = str(free_port())
    with own_database():
        started_s = time.perf_counter()
        fill_catalogue(NUM_VIDEOS)
        feed = {
            name: Request("/api/feed?count=10", new_viewer(num_steers=num_steers)[1])
            for name, num_steers in ((NONE, 0), (STEERED, NUM_STEERS))
        }
        print(f"{NUM_VIDEOS} videos, {NUM_SEEN} seen; filled in {time.perf_counter() - started_s:.0f} s", flush=True)
        with web_process(SETTINGS) as web:
            requests = _measure(web, feed)
        with web_process(SETTINGS, num_processes=NUM_WEB_PROCESSES) as web:
            _measure_together(web, requests)


def _measure(web: Web, feed: dict[str, Request]) -> dict[str, Request]:
    """Measure one web process, as `make run` has it, and return what was asked."""
    print(f"web process: ready in {web.ready_s:.2f} s (aim 3), of it {web.ready_cpu_s:.2f} s computed; {_load()}")
    print(f"  memory when ready: {web.memory()} (aim 200)")
    requests = _with_plain(web, feed)
    print(f"  memory after the first request: {web.memory()} (aim 200)", flush=True)
    alone = _interleave(web, requests, NUM_ROUNDS, seed=3, pids=database_pids())
    _print("one client", alone, p95_aim_ms=25)
    _print_processor(alone)
    _measure_together(web, requests)
    return requests


def _measure_together(web: Web, requests: dict[str, Request]) -> None:
    with ThreadPoolExecutor(NUM_CLIENTS) as pool:
        parts = list(
            pool.map(
                lambda seed: _interleave(web, requests, NUM_ROUNDS_AT_ONCE, seed=seed, pids=[]), range(NUM_CLIENTS)
            )
        )
    together = {name: np.concatenate([part[name] for part in parts], axis=1) for name in requests}
    served = f"{NUM_CLIENTS} clients, {web.num_processes} web process{'es' if web.num_processes > 1 else ''}"
    _print(served, together, p95_aim_ms=60)
    print(f"\nmemory after {served}: {web.memory()} (aim 200 each)", flush=True)


def _with_plain(web: Web, feed: dict[str, Request]) -> dict[str, Request]:
    """Ask for the first slate, which makes the web process read the catalogue; store it in one row, and add the request that reads it."""
    import orjson

    from feed.models import Slate

    started_s, started_cpu_s = time.perf_counter(), cpu_s(web.process.pid)
    page = orjson.loads(ask(http.client.HTTPConnection("127.0.0.1", web.port), feed[NONE]))
    took_s, took_cpu_s = time.perf_counter() - started_s, cpu_s(web.process.pid) - started_cpu_s
    print(f"  first request in {took_s:.2f} s, of it {took_cpu_s:.2f} s computed by the web process")
    Slate.objects.filter(pk=page["slate_id"]).update(cards=page["cards"])
    return {PLAIN: Request(f"/plain/{page['slate_id']}", feed[NONE].session), **feed}


def _interleave(web: Web, requests: dict[str, Request], num_rounds: int, *, seed: int, pids: list[int]) -> TimesKR:
    """Ask for every variant once a round in a random order, over one kept connection. `pids`: the database's, for CLOCKS."""
    rng, connection = random.Random(seed), http.client.HTTPConnection("127.0.0.1", web.port)
    times = {name: np.zeros((len(CLOCKS), num_rounds)) for name in requests}
    for number in range(-WARM_UP, num_rounds):
        for name in rng.sample(list(requests), len(requests)):
            before_s = _clocks(web, pids)
            ask(connection, requests[name])
            if number >= 0:
                times[name][:, number] = (_clocks(web, pids) - before_s) * 1000
    connection.close()
    return times


def _clocks(web: Web, pids: list[int]) -> npt.NDArray[np.float64]:
    return np.array([time.perf_counter(), cpu_s(web.process.pid), sum(map(cpu_s, pids))])


def _print(title: str, times: TimesKR, *, p95_aim_ms: float) -> None:
    wall = {name: times_KR[0] for name, times_KR in times.items()}
    print(f"\n{title}: {sum(map(len, wall.values()))} requests, {_load()}")
    for name, ms in wall.items():
        p50, p95, p99 = np.quantile(ms, [0.5, 0.95, 0.99])
        print(f"  {name:15s} p50 {p50:7.2f} ms   p95 {p95:7.2f} ms (aim {p95_aim_ms:.0f})   p99 {p99:7.2f} ms")
    _print_ratio("p50, 20 steers over none", wall[STEERED], wall[NONE], 0.5, aim=1.05)
    _print_ratio("p99, 20 steers over none", wall[STEERED], wall[NONE], 0.99, aim=1.10)
    _print_ratio("p50, no steer over plain", wall[NONE], wall[PLAIN], 0.5, aim=1.5)
    _print_ratio("p50, 20 steers over plain", wall[STEERED], wall[PLAIN], 0.5, aim=1.5)


def _print_processor(times: TimesKR) -> None:
    """Print the processor time a request, which another program on the same cores changes little."""
    print("\nprocessor time a request, one client (median)")
    for name, (_, web, database) in times.items():
        both = np.median(web + database)
        print(f"  {name:15s} web {np.median(web):6.3f} ms + database {np.median(database):6.3f} ms = {both:6.3f} ms")
    computed = {name: times_KR[1] + times_KR[2] for name, times_KR in times.items()}
    _print_ratio("20 steers over none", computed[STEERED], computed[NONE], 0.5, aim=1.05)
    _print_ratio("no steer over plain", computed[NONE], computed[PLAIN], 0.5, aim=1.5)
    _print_ratio("20 steers over plain", computed[STEERED], computed[PLAIN], 0.5, aim=1.5)


def _print_ratio(
    title: str, upper: npt.NDArray[np.float64], lower: npt.NDArray[np.float64], share: float, *, aim: float
) -> None:
    rng = np.random.default_rng(5)
    ratios = []
    for _ in range(1_000):
        rounds = rng.integers(0, len(upper), len(upper))
        ratios.append(np.quantile(upper[rounds], share) / np.quantile(lower[rounds], share))
    low, high = np.quantile(ratios, [0.025, 0.975])
    ratio = np.quantile(upper, share) / np.quantile(lower, share)
    print(f"  {title:26s} {ratio:.3f} (95 % interval {low:.3f} to {high:.3f}; aim {aim})")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
