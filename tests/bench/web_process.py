"""Run the product's web process for a benchmark, and say what it takes: memory, processor time, time to its first answer."""

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CPU_CLOCK = 2  # Linux: the clock of all threads of a process is ~pid << 3 | 2 (clock_getcpuclockid)
MEMORY = {"Rss": "RSS", "Pss": "PSS", "Private_Dirty": "own"}  # of /proc/PID/smaps_rollup


@dataclass(frozen=True)
class Request:
    """What a client asks for, and as whom."""

    path: str
    session: str


@dataclass(frozen=True)
class Web:
    """The web process: where it listens, how long it took to answer and what that cost, who it is (of several: who started them)."""

    port: int
    ready_s: float
    ready_cpu_s: float
    process: subprocess.Popen[bytes]
    num_processes: int

    def memory(self) -> str:
        """Return what it holds now, and the most that it ever held, in MB; of several each."""
        pids = [self.process.pid] if self.num_processes == 1 else _serving(self.process.pid)
        return "; ".join(self._memory_of(pid) for pid in pids)

    def _memory_of(self, pid: int) -> str:
        process = Path(f"/proc/{pid}")
        rollup = dict(line.split(":", 1) for line in (process / "smaps_rollup").read_text().splitlines()[1:])
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        held = {name: _mb(rollup[key]) for key, name in MEMORY.items()} | {"peak RSS": _mb(status["VmHWM"])}
        return ", ".join(f"{name} {size:.0f} MB" for name, size in held.items())


@contextmanager
def web_process(settings: str, num_processes: int = 1) -> Iterator[Web]:
    """Run the part that the supervisor calls web, with other settings, on the environment's PORT; several share its socket."""
    from webapp.embedded import processes
    from webapp.embedded.supervisor import parts

    part = next(part for part in parts() if part.name == "web")
    environment = part.environment | {"DJANGO_SETTINGS_MODULE": settings, "LOG_LEVEL": "WARNING"}
    port, started_s = int(os.environ["PORT"]), time.perf_counter()
    several = ["--workers", str(num_processes)] if num_processes > 1 else []
    process = processes.start([*part.command, *several], environment=environment)
    try:
        while not _answers(port):
            time.sleep(0.01)
        yield Web(port, time.perf_counter() - started_s, cpu_s(process.pid), process, num_processes)
    finally:
        process.terminate()
        process.wait()


def ask(connection: http.client.HTTPConnection, request: Request) -> bytes:
    """Return the body of a request's answer."""
    connection.request("GET", request.path, headers={"Cookie": f"sessionid={request.session}"})
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body
    return body


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has taken so far, its threads' together."""
    return time.clock_gettime(~pid << 3 | CPU_CLOCK)


def database_pids() -> list[int]:
    """Return the processes in which PostgreSQL serves others than this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _serving(parent: int) -> list[int]:
    """Return the children of a process that serve: those that have read the catalogue (others only watch over them)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]


def _mb(text: str) -> float:
    return int(text.split()[0]) / 1024
