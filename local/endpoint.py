"""The HTTP endpoint of the local AWS, which serves the APIs of all services.

Lambda and X-Ray are implemented here, all else by moto. Calls to API Gateway are watched on their
way to moto, so that stages are served. As in moto, the scope of the credentials in a request's
SigV4 signature says which service it is for. The signature is not checked, but for its Region: a
made-up one has no endpoint on AWS.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import botocore.session
import flask
from moto.core.config import default_user_config
from moto.core.request import Request
from moto.settings import allow_unknown_region
from werkzeug.exceptions import NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from local import memory, moto_additions
from local.api_gateway.gateway import ApiGateway
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import LOOPBACK, listen
from local.lambda_api.api import LambdaApi
from local.own_api import OwnApi
from local.xray import Traces, XRay

_CREDENTIAL_SCOPE = re.compile(
    r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)


# Before anything uses moto's IAM, which execution roles do too.
default_user_config["iam"] = {"load_aws_managed_policies": True}


class Endpoint:
    """The WSGI application of all services, which stores deployed archives in a folder.

    The data plane writes the segments of invocations to the traces. The clock returns seconds, by
    which changes of functions are applied.
    """

    def __init__(
        self,
        data_plane: LocalDataPlane,
        code_folder: Path,
        traces: Traces | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lambda_api = LambdaApi(data_plane, code_folder, clock)
        self._xray = XRay(traces or Traces())
        self._own_api = OwnApi(data_plane, code_folder)
        self._api_gateway = ApiGateway(self._moto, self._lambda_api.version_for_api, data_plane)
        self._loaded_moto: WSGIApplication | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request to any service."""
        scope = _CREDENTIAL_SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        service, region = (scope["service"], scope["region"]) if scope else ("", "")
        is_checked = scope and service != "s3" and not allow_unknown_region()
        if is_checked and region not in _regions():
            answer = _unknown_region(environ, region)
        elif service == "lambda":
            answer = self._lambda_api.answer(Request(environ), region)
        elif service == "xray":
            answer = self._xray.answer(Request(environ), region)
        elif service == "apigateway":
            return self._api_gateway.answer(environ, start, region)
        elif self._own_api.knows(environ["PATH_INFO"]):
            answer = self._own_api.answer(Request(environ))
        else:
            return self._moto(environ, start)
        return answer(environ, start)

    def _moto(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self._lock:
            if self._loaded_moto is None:
                self._loaded_moto = _load_moto()
        return self._loaded_moto(environ, start)


@cache
def _regions() -> frozenset[str]:
    """Return the Regions of all partitions, which take a while to load."""
    session = cast("Any", botocore.session).get_session()
    partitions = session.get_available_partitions()
    return frozenset(
        name for partition in partitions for name in session.get_available_regions("ec2", partition)
    )


def _unknown_region(environ: WSGIEnvironment, region: str) -> Response:
    """Return a refusal in the words of SigV4."""
    message = (
        f"Credential should be scoped to a valid region, not '{region}'. Check the spelling of the "
        "stack's aws:region, or of AWS_REGION."
    )
    return _refusal(environ, 403, "InvalidSignatureException", message)


def _refusal(environ: WSGIEnvironment, status: int, code: str, message: str) -> Response:
    """Return a refusal that clients of JSON and of XML can read."""
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        xml = f"<Response><Errors>{error}</Errors></Response>"
        return Response(xml, status, content_type="text/xml")
    content = json.dumps({"__type": code, "message": message})
    return Response(content, status, {"x-amzn-errortype": code}, content_type="application/json")


def _missing(error: Exception) -> Response:
    """Return the refusal of an operation that moto lacks."""
    called = f"{flask.request.method} {flask.request.path}"
    detail = called if isinstance(error, NotFound) else error
    message = (
        f"The local AWS does not have this operation: {detail}. "
        "https://docs.getmoto.org/en/latest/docs/services/ lists what it has."
    )
    return _refusal(flask.request.environ, 501, "NotImplementedException", message)


def _load_moto() -> WSGIApplication:
    """Load moto's server on first use, since that takes a while."""
    memory.load_ec2()
    moto_additions.add_to_moto()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415

    def create(service: str | None) -> flask.Flask:
        app = create_backend_app(cast("Any", service)) if service else flask.Flask(__name__)
        for missing in (NotFound, NotImplementedError):
            app.register_error_handler(missing, _missing)
        return app

    return DomainDispatcherApplication(create)


@dataclass(frozen=True)
class ServedEndpoint:
    """An endpoint that listens on the loopback interface."""

    url: str
    _server: BaseWSGIServer
    _thread: threading.Thread

    def stop(self) -> None:
        """Stop listening, and wait until the port is free."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def serve_endpoint(app: WSGIApplication, listener: socket.socket | None = None) -> ServedEndpoint:
    """Serve an endpoint from a thread of its own, and each request from another.

    It is served at a listening socket, by default at a new one on a free port.
    """
    with listener or listen() as given:
        server = make_server(
            LOOPBACK, 0, app, threaded=True, request_handler=_QuietHandler, fd=given.fileno()
        )
    thread = threading.Thread(target=server.serve_forever, name="endpoint", daemon=True)
    thread.start()
    return ServedEndpoint(f"http://127.0.0.1:{server.port}", server, thread)


class _QuietHandler(WSGIRequestHandler):
    """Keeps a line for each request off standard error."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""
