"""Start the whole product as a person does (`manage.py run`), in a home and on a port of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One `manage.py run`."""

    def __init__(self, home: Path, *, port: int | None = None, **environment: str) -> None:
        self.home = home
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}},
            "TILLER_HOME": str(home),
            "PORT": str(self.port),
            "DEBUG": "true",
            "TILLER_DEMO": "true",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen | None = None
        self.output = home.parent / f"{home.name}.out"

    def start(self) -> None:
        """Start without waiting."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    def wait_until_ready(self, limit_s: float = 120) -> None:
        """Return when the `ready` line of this start is printed."""
        assert self.process is not None
        deadline = time.monotonic() + limit_s
        while not re.search(rf"^ready http://localhost:{self.port}$", self.printed(), re.M):
            assert self.process.poll() is None, (
                f"ended with {self.process.returncode}:\n{self.printed()}\n{self.logs()}"
            )
            assert time.monotonic() < deadline, f"not ready in {limit_s} s:\n{self.printed()}\n{self.logs()}"
            time.sleep(0.1)

    def printed(self) -> str:
        """Return what this home's runs have printed."""
        return self.output.read_text() if self.output.exists() else ""

    def logs(self) -> str:
        """Return the last lines of every part's log."""
        files = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"--- {file.name}\n" + "\n".join(file.read_text().splitlines()[-15:]) for file in files)

    def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """End the supervisor with -9, as the system does when memory is short."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def login(self, username: str = "viewer", password: str = "tiller-demo") -> httpx.Client:
        """Return a client that is logged in, with its CSRF header set."""
        client = httpx.Client(base_url=self.url, timeout=30, follow_redirects=True)
        page = client.get("/accounts/login/")
        assert page.status_code == 200, page.text
        token = client.cookies["csrftoken"]
        form = {"login": username, "password": password, "csrfmiddlewaretoken": token}
        reply = client.post("/accounts/login/", data=form, headers={"Referer": self.url})
        assert reply.url.path == "/", reply.text[:2000]
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        client.headers["Referer"] = self.url
        return client

    def wait_for_catalogue(self, client: httpx.Client, *, num_ready: int, limit_s: float = 900) -> dict:
        """Return the catalogue's progress once `num_ready` videos can be served."""
        deadline = time.monotonic() + limit_s
        while True:
            progress = client.get("/api/videos/progress").json()
            if progress["ready"] >= num_ready:
                return progress
            assert time.monotonic() < deadline, f"{progress}\n{self.logs()}"
            time.sleep(1)
