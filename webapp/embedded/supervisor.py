"""Run Tiller on one machine: database, broker, migrations, workers, sweep, web server.

Parts are started in order and restarted when they end; a signal ends them in reverse order. When this process is killed with -9 every
part ends by its death signal (webapp.embedded.processes), and the next run finds nothing in its way.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings

from webapp.accounts.demo import DEMO_PASSWORD, DEMO_ROLES
from webapp.embedded import postgres, processes, valkey

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
MAX_RESTARTS_A_MINUTE = 10
STOP_LIMIT_S = 8.0


class Stopped(Exception):
    """A signal asked us to end."""


@dataclass
class Part:
    """A program that is kept running."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    nice: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_at_s: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_RESTARTS_A_MINUTE))

    def start(self) -> None:
        """Start it, its output to a log of its own."""
        self.started_at_s.append(time.monotonic())
        log = settings.HOME.logs / f"{self.name}.log"
        self.process = processes.start(self.command, environment=self.environment, log=log, nice=self.nice)

    def ended(self) -> bool:
        """Return whether it is not running."""
        return self.process is None or self.process.poll() is not None

    def hopeless(self) -> bool:
        """Return whether it ended too often to be started again."""
        starts = self.started_at_s
        return len(starts) == starts.maxlen and time.monotonic() - starts[0] < 60


def celery_worker(name: str, *, queues: str, concurrency: int, nice: int = 0) -> Part:
    """Describe one Celery worker process group; models load in its children, after the fork."""
    command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "-n", f"{name}@%h", "-Q", queues]
    command += ["-c", str(concurrency), "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return Part(name=f"worker-{name}", command=command, environment={"TILLER_WORKER_QUEUES": queues}, nice=nice)


def parts() -> list[Part]:
    """Return what runs beside the database and the broker."""
    web = [
        sys.executable,
        "-m",
        "uvicorn",
        "webapp.asgi:application",
        "--host",
        "127.0.0.1",
        "--port",
        str(settings.PORT),
    ]
    web += ["--log-level", "warning", "--timeout-graceful-shutdown", "2", "--ws-max-size", "65536"]
    # Every request runs in a thread of its own: with a heap for each of them the process never gives memory back. A fixed size from which
    # an array has pages of its own does the same for what reading 100,000 videos took for a moment: 158 MB stay where 209 did; a lower one
    # costs .4 ms a request in new pages.
    web_environment = {"DATABASE_POOL_MAX": "12", "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(512 * 1024)}
    return [
        Part(name="web", command=web, environment=web_environment),
        celery_worker("llm", queues="llm", concurrency=settings.LLM_CONCURRENCY),
        celery_worker("default", queues="default", concurrency=1),
        celery_worker("vision", queues="vision", concurrency=settings.VISION_CONCURRENCY, nice=10),
        celery_worker("training", queues="training", concurrency=1, nice=19),
        Part(name="sweep", command=[*MANAGE, "sweep"]),
    ]


class Supervisor:
    """One run."""

    def __init__(self) -> None:
        self._database: subprocess.Popen[bytes] | None = None
        self._broker: subprocess.Popen[bytes] | None = None
        self._parts: list[Part] = []

    def run(self) -> int:
        """Start everything, keep it running, end it on a signal; return the exit status."""
        settings.TILLER_HOME.mkdir(parents=True, exist_ok=True)
        settings.HOME.logs.mkdir(parents=True, exist_ok=True)
        lock = self._take_home()
        if lock is None:
            return 1
        processes.die_with_parent(signal.SIGTERM)  # `make` killed: end in order
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            return self._watch()
        except (Stopped, KeyboardInterrupt):
            return 0
        except RuntimeError as error:
            print(f"tiller: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self._stop()
            lock.close()

    def _on_signal(self, number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # once is enough: the end must not be interrupted
        raise Stopped

    def _take_home(self) -> IO[str] | None:
        lock = (settings.TILLER_HOME / "run.lock").open("a+")
        deadline = time.monotonic() + STOP_LIMIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.seek(0)
                    print(
                        f"tiller: already running here ({lock.read().strip()}). Stop it first, or set TILLER_HOME.",
                        file=sys.stderr,
                    )
                    return None
                time.sleep(0.2)
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}, http://localhost:{settings.PORT}\n")
        lock.flush()
        return lock

    def _start(self) -> None:
        _refuse_taken_port(settings.PORT)
        _say(f"state in {settings.TILLER_HOME}")
        if not os.environ.get("DATABASE_URL"):
            postgres.prepare(settings.HOME)
            self._database = postgres.start(settings.HOME)
        if not os.environ.get("REDIS_URL"):
            self._broker = valkey.start(settings.HOME)
        _say("migrating the database")
        _manage("migrate", "--verbosity", "0")
        if settings.DEMO:
            _manage("make_demo_users")
        if not settings.DEBUG:
            _manage("collectstatic", "--noinput", "--verbosity", "0")
        web, *others = parts()
        self._begin(web)  # alone: two cores start one page sooner than six programs at once
        self._wait_until_ready()
        if settings.DEMO:
            others.append(Part(name="make-demo", command=[*MANAGE, "make_demo_data"]))
        for part in others:
            self._begin(part)
        self._greet()

    def _begin(self, part: Part) -> None:
        self._parts.append(part)
        part.start()

    def _wait_until_ready(self) -> None:
        url = f"http://127.0.0.1:{settings.PORT}/health"
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(url, timeout=2) as reply:
                    if reply.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            if time.monotonic() > deadline or self._parts[0].ended():
                raise RuntimeError(f"the web server did not start; see {settings.HOME.logs / 'web.log'}")
            time.sleep(0.05)

    def _greet(self) -> None:
        print(f"ready http://localhost:{settings.PORT}", flush=True)
        if settings.DEMO:
            for role in DEMO_ROLES:
                print(f"  login {role:<10} password {DEMO_PASSWORD}", flush=True)
        _say(f"logs in {settings.HOME.logs}; Ctrl-C stops everything")

    def _watch(self) -> int:
        while True:
            if self._database is not None and self._database.poll() is not None:
                _say("the database ended; starting it again")
                self._database = postgres.start(settings.HOME)
            if self._broker is not None and self._broker.poll() is not None:
                _say("the broker ended; starting it again")
                self._broker = valkey.start(settings.HOME)
            for part in list(self._parts):
                self._keep(part)
            time.sleep(0.25)

    def _keep(self, part: Part) -> None:
        if not part.ended():
            return
        assert part.process is not None
        if part.name == "make-demo" and part.process.returncode == 0:
            self._parts.remove(part)
            return
        if part.hopeless():
            raise RuntimeError(f"{part.name} keeps ending; see {settings.HOME.logs / part.name}.log")
        _say(f"{part.name} ended with status {part.process.returncode}; starting it again")
        part.start()

    def _stop(self) -> None:
        running = [part.process for part in reversed(self._parts) if part.process is not None and not part.ended()]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_LIMIT_S
        try:
            for process in running:
                try:
                    process.wait(timeout=max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    _kill_group(process)
        finally:
            if self._broker is not None:
                valkey.stop(self._broker)
            if self._database is not None:
                postgres.stop(self._database)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=STOP_LIMIT_S)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        return  # gone, or in the kernel's hands: it holds nothing that the next run needs


def _refuse_taken_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise RuntimeError(
                f"port {port} is taken by another program: stop it, or choose one with PORT=8001 make run"
            ) from None


def _manage(*arguments: str) -> None:
    child = processes.start([*MANAGE, *arguments])
    if child.wait() != 0:
        raise RuntimeError(f"manage.py {arguments[0]} failed; the lines above say why")


def _say(line: str) -> None:
    print(f"tiller: {line}", flush=True)
