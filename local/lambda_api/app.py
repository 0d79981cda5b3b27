"""The Lambda API as a WSGI application: reads a request, checks it, runs it, answers."""

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from moto.core.request import Request

from ..dataplane.model import DataPlane
from . import (
    aliases,
    capacity_providers,
    function_urls,
    functions,
    permissions,
    scaling,
    tags,
    versions,
)
from .errors import AwsError, not_in_local_aws, service_failure
from .packages import PackageStore
from .protocol import Call, LambdaProtocol, Members
from .scope import Operation, Scope
from .state import Account
from .validation import check_input

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_log = logging.getLogger(__name__)

OPERATIONS: dict[str, Operation] = {
    **aliases.OPERATIONS,
    **capacity_providers.OPERATIONS,
    **function_urls.OPERATIONS,
    **functions.OPERATIONS,
    **permissions.OPERATIONS,
    **scaling.OPERATIONS,
    **tags.OPERATIONS,
    **versions.OPERATIONS,
}

_REGION = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/")


class LambdaApi:
    """Answers requests to Lambda, for every region.

    Parameters
    ----------
    data_plane
        Runs what is published.
    code_folder
        Keeps the deployed archives.
    """

    def __init__(self, data_plane: DataPlane, code_folder: Path) -> None:
        self._account = Account()
        self._data_plane = data_plane
        self._packages = PackageStore(code_folder)
        self._protocol = LambdaProtocol()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        operation = None
        result: Members | AwsError
        try:
            call = self._protocol.read(request)
            operation = call.operation
            result = self._run(_region(request), call)
        except AwsError as refusal:
            result = refusal
        except Exception as failure:
            _log.exception("Lambda API: %s failed", operation or request.path)
            result = service_failure(f"The local AWS failed: {failure!r}")
        return self._protocol.write(operation, result)(environ, start)

    def _run(self, region: str, call: Call) -> Members:
        run = OPERATIONS.get(call.operation)
        if run is None:
            raise not_in_local_aws(f"the Lambda operation {call.operation}")
        check_input(call.input_shape, call.members)
        with self._account.lock:
            scope = Scope(self._account.region(region), self._data_plane, self._packages)
            return run(scope, call.members)


def _region(request: Request) -> str:
    """Give the region for which a request is signed."""
    match = _REGION.search(request.headers.get("Authorization", ""))
    if match is None:
        raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
    return match["region"]
