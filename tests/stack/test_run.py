"""`manage.py run` starts, ends and survives as the README says."""

import subprocess
import time
from pathlib import Path

import pytest

from tests.stack.server import Server


def _processes_of(home: Path) -> list[str]:
    """Return the command lines of live processes that name this home, or were started with it in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if command and (str(home).encode() in environment or str(home).encode() in command):
            found.append(command.replace(b"\0", b" ").decode())
    return found


def _gone(home: Path, limit_s: float = 20) -> list[str]:
    deadline = time.monotonic() + limit_s
    while (left := _processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def test_ctrl_c_stops_everything_that_it_started(tmp_path):
    server = Server(tmp_path / "home", TILLER_DEMO_CLIPS="1")
    server.start()
    server.wait_until_ready()
    assert len(_processes_of(server.home)) > 5

    status = server.stop()

    assert status == 0
    assert _gone(server.home) == []


@pytest.mark.parametrize("alive_s", [0.7, 1.6, 2.5, 4.0, None])
def test_after_kill_9_the_next_run_is_ready(tmp_path, alive_s):
    server = Server(tmp_path / "home", TILLER_DEMO_CLIPS="2")
    server.start()
    if alive_s is None:
        server.wait_until_ready()
    else:
        time.sleep(alive_s)
    server.kill()
    server.output.unlink()

    server.start()
    server.wait_until_ready()

    assert server.stop() == 0
    assert _gone(server.home) == []


def test_a_second_run_in_the_same_home_is_refused_with_a_reason(tmp_path):
    server = Server(tmp_path / "home", TILLER_DEMO_CLIPS="1")
    server.start()
    server.wait_until_ready()
    second = Server(tmp_path / "home")
    second.output = tmp_path / "second.out"

    second.start()
    status = second.process.wait(timeout=60)

    assert status == 1
    assert "already running" in second.printed()
    server.stop()


def test_a_taken_port_is_said_by_name(tmp_path):
    server = Server(tmp_path / "home", TILLER_DEMO_CLIPS="1")
    server.start()
    server.wait_until_ready()
    second = Server(tmp_path / "other", port=server.port)

    second.start()
    status = second.process.wait(timeout=60)

    assert status == 1
    assert f"port {server.port} is taken" in second.printed()
    server.stop()


def test_demo_logins_are_refused_without_debug(tmp_path):
    server = Server(tmp_path / "home", DEBUG="false")

    server.start()
    status = server.process.wait(timeout=60)

    assert status != 0
    assert "DEBUG" in server.printed()


def test_the_web_process_has_not_loaded_torch(server):
    """Not its imports alone: what is mapped into the live process after it served a page, the API and media."""
    client = server.login()
    card = client.get("/api/feed?count=3").json()["cards"][0]
    assert client.get(card["media_url"], headers={"Range": "bytes=0-99"}).status_code == 206

    web = [pid for pid in _pids_of(server.home) if "webapp.asgi" in _command(pid)]

    assert len(web) == 1
    mapped = Path(f"/proc/{web[0]}/maps").read_text()
    assert "libtorch" not in mapped
    assert "cv2" not in mapped
    assert "psycopg" in mapped  # the list is the right process's


def test_the_web_process_stays_below_200_mb(server):
    client = server.login()
    for path in ("/", "/search?q=rain", "/upload", "/api/feed?count=50", "/api/feed?count=50"):
        assert client.get(path).status_code == 200

    web = next(pid for pid in _pids_of(server.home) if "webapp.asgi" in _command(pid))

    status = dict(line.split(":\t") for line in Path(f"/proc/{web}/status").read_text().splitlines() if ":\t" in line)
    assert int(status["VmHWM"].split()[0]) < 200 * 1024, status["VmHWM"]  # the peak, in kB


def _pids_of(home: Path) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid="], capture_output=True, text=True, check=True).stdout.split()
    pids = []
    for pid in listed:
        try:
            if str(home).encode() in Path(f"/proc/{pid}/environ").read_bytes():
                pids.append(int(pid))
        except OSError:
            continue
    return pids


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
