"""The function of these tests: a threaded server whose requests do as their path says.

A request that waits does so until a file exists, the gate, which the test creates: so tests decide
when things happen and never wait for time to pass.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Server(ThreadingHTTPServer):
    """Accepts as many connections at once as a large environment has slots."""

    request_queue_size = 256
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    """Dispatches on the first segment of the path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer any method."""
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        getattr(self, "answer_" + (url.path.split("/")[1] or "greeting"))()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - names of the base class

    def answer_health(self) -> None:
        """Answer the readiness check."""
        self.reply(b"ok")

    def answer_greeting(self) -> None:
        """Return what this deployment and this process are."""
        self.reply_json({"greeting": os.environ.get("GREETING"), "pid": os.getpid()})

    def answer_environment(self) -> None:
        """Tell the process's surroundings."""
        self.reply_json(
            {
                "variables": dict(os.environ),
                "executable": sys.executable,
                "path": sys.path,
                "cwd": str(Path.cwd()),
                "mode": oct(Path("run.sh").stat().st_mode & 0o777),
            }
        )

    def answer_echo(self) -> None:
        """Return the request back."""
        self.reply_json(
            {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": self.body.decode("latin-1"),
            }
        )

    def answer_events(self) -> None:
        """Return an event that is no HTTP request, which the adapter posts here."""
        print(f"event {self.body.decode()}", flush=True)
        self.reply_json({"event": json.loads(self.body)})

    def answer_cookies(self) -> None:
        """Set two cookies."""
        self.reply(b"baked", ("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), status=201)

    def answer_shared(self) -> None:
        """Let scripts of every origin read."""
        self.reply(b"for all", ("access-control-allow-origin", "*"))

    def answer_nothing(self) -> None:
        """Answer without a body."""
        self.send_response(204)
        self.end_headers()

    def answer_zeros(self) -> None:
        """Answer with so many bytes."""
        self.reply(bytes(int(self.query["bytes"])))

    def answer_stream(self) -> None:
        """Send a chunk, then another each time the next gate opens, and note the end."""
        gate = self.query["gate"]
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.chunk(b"0")
        for number in range(1, int(self.query.get("chunks", 2))):
            wait_for(Path(f"{gate}.{number}"))
            self.chunk(str(number).encode())
        self.chunk(b"")
        Path(f"{gate}.ended").touch()

    def answer_wait(self) -> None:
        """Answer nothing before the gate opens."""
        wait_for(Path(self.query["gate"]))
        self.reply(b"at last")

    def answer_fill(self) -> None:
        """Take so many MB of memory, and answer nothing."""
        filled = os.urandom(1 << 20) * int(self.query["mb"])
        wait_for(Path("never"))
        self.reply(filled)

    def answer_close(self) -> None:
        """Close the connection without an answer."""
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer_break(self) -> None:
        """Close the connection after the first chunk."""
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.chunk(b"begun")
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer_detach(self) -> None:
        """Start a process that leaves the process group, and whose parent ends."""
        leave = "import os, time; os.setsid(); os.fork() and os._exit(0); time.sleep(600)"
        subprocess.run([sys.executable, "-c", leave], check=True)
        self.reply(b"detached")

    def answer_exit(self) -> None:
        """Leave without an answer."""
        print("leaving on request", flush=True)
        os._exit(3)

    def chunk(self, data: bytes) -> None:
        """Send a chunk; an empty one is the last."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def reply(self, body: bytes, *headers: tuple[str, str], status: int = 200) -> None:
        """Send a whole response."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def reply_json(self, document: dict[str, object]) -> None:
        """Send a JSON document."""
        self.reply(json.dumps(document).encode(), ("content-type", "application/json"))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet."""


def wait_for(gate: Path) -> None:
    """Wait until a file exists."""
    while not gate.exists():
        time.sleep(0.005)


def main() -> None:
    """Serve, unless the deployment's variables say how to fail."""
    if "EXIT_AT_START" in os.environ:
        sys.exit("no good start")
    if gate := os.environ.get("START_GATE"):
        wait_for(Path(gate))
    if mark := os.environ.get("MARK_AT_SIGTERM"):
        signal.signal(signal.SIGTERM, partial(leave_a_mark, Path(mark)))
    port = int(os.environ["AWS_LWA_PORT"])
    server = Server(("127.0.0.1", 0 if "WRONG_PORT" in os.environ else port), Handler)
    print(json.dumps({"message": "listening"}), flush=True)
    if gate := os.environ.get("EXIT_GATE"):
        threading.Thread(target=exit_at, args=[Path(gate)], daemon=True).start()
    server.serve_forever()


def leave_a_mark(mark: Path, _number: int, _frame: object) -> None:
    """End, and show that the signal came."""
    mark.touch()
    os._exit(0)


def exit_at(gate: Path) -> None:
    """Leave as soon as the gate is open."""
    wait_for(gate)
    print("the gate is open", flush=True)
    os._exit(4)


main()
