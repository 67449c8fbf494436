"""An HTTP server on loopback that answers as a test tells it, and keeps what it was really sent. Standard library only."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """Hold the address, and each request's path, headers and decoded body."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)  # set when the test ends: what hangs lets go


Behaviour = Callable[[BaseHTTPRequestHandler, Server], None]


@contextmanager
def serving(behave: Behaviour) -> Iterator[Server]:
    """Serve every POST with `behave` while the block runs."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.paths.append(self.path)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.bodies.append(json.loads(body))
            behave(self, server)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_port}/v1"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """Send one whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def completion(content: Any, *, finish_reason: str = "stop") -> bytes:
    """Return a chat completion whose message is `content`, as JSON where it is no text."""
    text = content if isinstance(content, str) else json.dumps(content)
    message = {"role": "assistant", "content": text}
    return json.dumps({"choices": [{"index": 0, "finish_reason": finish_reason, "message": message}]}).encode()


def saying(content: Any, *, finish_reason: str = "stop") -> Behaviour:
    """Answer every request with a completion that says `content`."""
    return lambda handler, _: send(handler, completion(content, finish_reason=finish_reason))


def saying_by_title(contents: dict[str, Any]) -> Behaviour:
    """Answer each stage's request with what `contents` has under the title of its schema."""

    def behave(handler: BaseHTTPRequestHandler, server: Server) -> None:
        title = server.bodies[-1]["response_format"]["json_schema"]["name"]
        send(handler, completion(contents[title]))

    return behave


def hang(_: BaseHTTPRequestHandler, server: Server) -> None:
    """Never answer."""
    server.over.wait(60)


def drip(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Answer a byte now and then, so that no single read waits long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not server.over.wait(0.05):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return


def cut(handler: BaseHTTPRequestHandler, _: Server) -> None:
    """Promise a body and end in its midst."""
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(completion({"task": "more"})[:60])
    handler.close_connection = True


def flood(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Answer without end."""
    handler.send_response(200)
    handler.end_headers()
    while not server.over.is_set():
        try:
            handler.wfile.write(b"[" * 65_536)
        except OSError:
            return
