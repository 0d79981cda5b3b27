"""The Lambda API: reads, checks, runs and answers requests."""

import logging
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from uuid import uuid4

from moto.core.request import Request
from werkzeug.wrappers import Response

from local.dataplane.plane import LocalDataPlane
from local.lambda_api import protocol
from local.lambda_api.aliases import version_behind
from local.lambda_api.errors import AwsError, not_in_local_aws
from local.lambda_api.permissions import admits_api
from local.lambda_api.protocol import Call, Members
from local.lambda_api.state import Operation, Region, Scope
from local.lambda_api.validation import check_input

_logger = logging.getLogger(__name__)


def _operations() -> dict[str, Operation]:
    """Return the functions of this folder that have boto3's name of an operation."""
    functions: dict[str, Operation] = {}
    for module in iter_modules([str(Path(__file__).parent)]):
        functions |= vars(import_module(f"{__package__}.{module.name}"))
    named = protocol.operations_by_method().items()
    return {operation: functions[name] for name, operation in named if name in functions}


OPERATIONS = _operations()
"""What runs each operation, such as ``create_alias``."""


class LambdaApi:
    """The API of Lambda, for every region; the data plane runs the functions.

    The clock returns seconds, by which changes of functions are applied.
    """

    def __init__(
        self,
        data_plane: LocalDataPlane,
        code_folder: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._regions: dict[str, Region] = {}
        self._data_plane = data_plane
        self._code_folder = code_folder

    def answer(self, request: Request, region: str) -> Response:
        """Answer a request that is signed for a region."""
        call = None
        request_id = str(uuid4())
        result: Members | AwsError
        try:
            call = protocol.read(request)
            output = self._run(call, region, request_id, request.host_url)
            result = output() if callable(output) else output
        except AwsError as refusal:
            result = refusal
        except Exception as failure:
            _logger.exception("Lambda API: %s %s failed", request.method, request.path)
            message = f"The local AWS failed: {failure!r}"
            result = AwsError("ServiceException", message, fault="Service")
        return protocol.write(call, result, request_id)

    def version_for_api(self, function_arn: str, source_arn: str) -> str | None:
        """Return the version that an API's integration names by an ARN, without a lock.

        It is ``None`` if there is no such version, or if its policy does not allow the API, whose
        method and path the source's ARN names.
        """
        region, _, rest = function_arn.removeprefix("arn:aws:lambda:").partition(":")
        name, _, qualifier = rest.partition(":function:")[2].partition(":")
        function = self._region(region).functions.get(name)
        if function is None or not admits_api(function, qualifier or None, source_arn):
            return None
        return version_behind(function, qualifier or None)

    def _run(
        self, call: Call, region: str, request_id: str, endpoint_url: str
    ) -> Members | Callable[[], Members]:
        run = OPERATIONS.get(call.operation)
        if run is None:
            raise not_in_local_aws(f"the Lambda operation {call.operation}")
        check_input(call.input_shape, call.members)
        with self._lock:
            found = self._region(region)
            now = self._clock()
            for function in found.functions.values():
                function.apply_changes(now)
            scope = Scope(found, self._data_plane, self._code_folder, request_id, now, endpoint_url)
            return run(scope, call.members)

    def _region(self, name: str) -> Region:
        return self._regions.setdefault(name, Region(name))
