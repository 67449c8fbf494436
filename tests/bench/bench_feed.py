"""The feed through uvicorn against a plain view that reads one row by key and renders the same JSON: same login, same process, interleaved.

`python -m tests.bench feed`; TILLER_BENCH_VIDEOS (default 100,000), TILLER_BENCH_ROUNDS (default 3,400, three requests each by one client)
and TILLER_BENCH_ROUNDS_AT_ONCE (default 100 by each of eight) set the size; 12 minutes on two quiet cores. Prints p50, p95, p99, ratios
with 95 % intervals (bootstrap over rounds, 1,000 draws), and what the web process takes. Aims (issue 5): 20 steers at most 1.05 x none at
p50 and 1.10 x at p99; feed at most 3 x plain, better 1.5 x; p95 at most 25 ms for one client, 60 ms for eight; 200 MB; ready in 3 s.
"""

import http.client
import os
import random
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.feed_world import NUM_SEEN, fill_catalogue, new_viewer
from tests.bench.own_database import own_database
from tests.stack.server import free_port

NUM_VIDEOS = int(os.environ.get("TILLER_BENCH_VIDEOS", "100000"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "3400"))
NUM_ROUNDS_AT_ONCE = int(os.environ.get("TILLER_BENCH_ROUNDS_AT_ONCE", "100"))
NUM_CLIENTS = 8
NUM_STEERS = 20
WARM_UP = 40

Times = dict[str, list[float]]


@dataclass(frozen=True)
class Request:
    """What a client asks for, and as whom."""

    path: str
    session: str


@dataclass(frozen=True)
class Web:
    """The web process: where it listens, how long it took to answer, who it is."""

    port: int
    ready_s: float
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> dict[str, float]:
        """Return resident memory, and the part that no other process shares, of now and of the peak."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        sizes = {
            line.split(":")[0]: line.split()[1] for line in status if line.startswith(("VmRSS", "VmHWM", "RssAnon"))
        }
        return {name: int(size) / 1024 for name, size in sizes.items()}


def main() -> None:
    """Measure and print, on a database of its own."""
    os.environ["PORT"] = str(free_port())
    with own_database():
        started_s = time.perf_counter()
        fill_catalogue(NUM_VIDEOS)
        requests = _requests()
        print(f"{NUM_VIDEOS} videos, {NUM_SEEN} seen; filled in {time.perf_counter() - started_s:.0f} s", flush=True)
        with _web() as web:
            _plain_row(web.port, requests)
            print(f"web process ready in {web.ready_s:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True)
            _print("one client", _interleave(web.port, requests, NUM_ROUNDS, seed=3))
            with ThreadPoolExecutor(NUM_CLIENTS) as pool:
                parts = pool.map(
                    lambda seed: _interleave(web.port, requests, NUM_ROUNDS_AT_ONCE, seed=seed), range(NUM_CLIENTS)
                )
            _print(f"{NUM_CLIENTS} clients", _joined(list(parts)))
            print("memory", ", ".join(f"{name} {size:.0f} MB" for name, size in web.memory_mb().items()))


def _requests() -> dict[str, Request]:
    """Return the feed's two requests; the plain one is added when its row is there."""
    sessions = [new_viewer(num_steers=num_steers)[1] for num_steers in (0, NUM_STEERS)]
    names = "feed, no steer", f"feed, {NUM_STEERS} steers"
    return {name: Request("/api/feed?count=10", session) for name, session in zip(names, sessions, strict=True)}


@contextmanager
def _web() -> Iterator[Web]:
    """Run the product's web process, with the plain view beside its routes."""
    from webapp.embedded import processes
    from webapp.embedded.supervisor import parts

    part = next(part for part in parts() if part.name == "web")
    environment = part.environment | {"DJANGO_SETTINGS_MODULE": "tests.bench.plain_settings", "LOG_LEVEL": "WARNING"}
    port, started_s = int(os.environ["PORT"]), time.perf_counter()
    process = processes.start(part.command, environment=environment)
    try:
        while not _answers(port):
            time.sleep(0.02)
        yield Web(port, time.perf_counter() - started_s, process)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _plain_row(port: int, requests: dict[str, Request]) -> None:
    """Store a whole response in one row, and add the request that reads it."""
    import orjson

    from feed.models import Slate

    feed = next(iter(requests.values()))
    page = orjson.loads(_ask(http.client.HTTPConnection("127.0.0.1", port), feed))
    Slate.objects.filter(pk=page["slate_id"]).update(cards=page["cards"])
    requests["plain"] = Request(f"/plain/{page['slate_id']}", feed.session)


def _ask(connection: http.client.HTTPConnection, request: Request) -> bytes:
    connection.request("GET", request.path, headers={"Cookie": f"sessionid={request.session}"})
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body
    return body


def _interleave(port: int, requests: dict[str, Request], num_rounds: int, *, seed: int) -> Times:
    """Return milliseconds a request [rounds], every variant once a round in a random order, over one kept connection."""
    rng, connection = random.Random(seed), http.client.HTTPConnection("127.0.0.1", port)
    times_ms: Times = {name: [] for name in requests}
    for number in range(num_rounds + WARM_UP):
        for name in rng.sample(list(requests), len(requests)):
            started_s = time.perf_counter()
            _ask(connection, requests[name])
            if number >= WARM_UP:
                times_ms[name].append((time.perf_counter() - started_s) * 1000)
    connection.close()
    return times_ms


def _joined(parts: list[Times]) -> Times:
    return {name: [ms for part in parts for ms in part[name]] for name in parts[0]}


def _print(title: str, times_ms: Times) -> None:
    arrays = {name: np.array(values) for name, values in times_ms.items()}
    print(f"\n{title}, {sum(map(len, arrays.values()))} requests, load {os.getloadavg()[0]:.1f}")
    for name, values in arrays.items():
        p50, p95, p99 = np.quantile(values, [0.5, 0.95, 0.99])
        print(f"{name:18s} p50 {p50:6.2f} ms   p95 {p95:6.2f} ms   p99 {p99:6.2f} ms")
    none, steered, plain = arrays
    for upper, lower, share in (
        (none, plain, 0.5), (steered, plain, 0.5), (steered, none, 0.5), (steered, none, 0.99),
    ):  # fmt: skip
        ratio, low, high = _ratio(arrays[upper], arrays[lower], share)
        print(f"{upper} / {lower}: {ratio:.3f} (95 % interval {low:.3f} to {high:.3f}) at p{share * 100:.0f}")


def _ratio(upper: np.ndarray, lower: np.ndarray, share: float) -> tuple[float, float, float]:
    rng = np.random.default_rng(5)
    ratios = []
    for _ in range(1_000):
        rounds = rng.integers(0, len(upper), len(upper))
        ratios.append(np.quantile(upper[rounds], share) / np.quantile(lower[rounds], share))
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(np.quantile(upper, share) / np.quantile(lower, share)), float(low), float(high)
