"""A real HTTP server on 127.0.0.1 that does what a test tells it to, also wrongly."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Step = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps: dict[str, list[Step]] = {}
        self.requests: list[str] = []
        self.stop_stalling = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def plan(self, path: str, *steps: Step) -> str:
        """Answer the requests for a path with these steps in turn, the last one for ever after."""
        self.steps[path] = list(steps)
        return f"{self.url}{path}"

    def handle_error(self, request, client_address) -> None:
        """Keep quiet: clients that give up are a part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        steps = self.server.steps.get(self.path, [status(404)])
        (steps.pop(0) if len(steps) > 1 else steps[0])(self)

    def log_message(self, *_) -> None:
        pass

    def answer(self, code: int, body: bytes, length: int | None = None) -> None:
        self.send_response(code)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def status(code: int) -> Step:
    return lambda handler: handler.answer(code, b"sorry")


def no_length(body: bytes) -> Step:
    return lambda handler: handler.answer(200, body, length=-1)


def truncate(body: bytes, sent: int) -> Step:
    """Announce the whole body, send its beginning, hang up."""
    return lambda handler: handler.answer(200, body[:sent], length=len(body))


def delay(seconds: float, then: Step) -> Step:
    def step(handler: Handler) -> None:
        time.sleep(seconds)
        then(handler)

    return step


def stall(body: bytes, sent: int) -> Step:
    """Announce the whole body, send its beginning, then nothing."""

    def step(handler: Handler) -> None:
        handler.answer(200, body[:sent], length=len(body))
        handler.wfile.flush()
        handler.server.stop_stalling.wait(10)

    return step


def serve(body: bytes) -> Step:
    return lambda handler: handler.answer(200, body)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.stop_stalling.set()
            server.shutdown()
            thread.join()
