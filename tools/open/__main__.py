"""``python -m tools.open STACK [PORT]``: open a stack to this machine, until Ctrl-C."""

import argparse
import socket
import sys
from urllib.parse import urlsplit

import uvicorn

from tools.open.proxy import create_proxy
from tools.stack import Stack, StackError, find


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.open", description=__doc__)
    parser.add_argument("stack", help="name of the stack, such as dev")
    parser.add_argument("port", nargs="?", type=int, default=0, help="by default a free one")
    arguments = parser.parse_args()
    try:
        _serve(find(arguments.stack), arguments.port)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass  # uvicorn has ended its streams
    return 0


def _serve(stack: Stack, wanted_port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted_port))
        except OSError as error:
            raise StackError(
                f"Port {wanted_port} is not free: {error.strerror}. Fix: make open PORT=ANOTHER"
            ) from error
        listener.listen()  # or whoever reads the address below could be quicker than the server
        port = listener.getsockname()[1]
        url = str(stack.outputs["url"])
        print(
            f"{url} is open to this machine, and to no other, signed with your credentials:"
            f"\n\n    http://127.0.0.1:{port}{urlsplit(url).path}\n\nCtrl-C closes it.",
            flush=True,
        )
        config = uvicorn.Config(
            create_proxy(stack, port),
            log_level="warning",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    sys.exit(main())
