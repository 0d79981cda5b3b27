"""Settings beside a function's configuration: stored and returned.

Only those of asynchronous invocations have an effect here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from local.lambda_api.errors import not_found
from local.lambda_api.protocol import Members, page, without
from local.lambda_api.revisions import Found, find_revision
from local.lambda_api.state import CONCURRENCY, EVENT_INVOKE, LATEST, Scope


@dataclass(frozen=True)
class _Option:
    """The operations on one of these settings; their names end in the setting's.

    Without a default, the setting does not exist until it is put.
    """

    name: str
    default: Members | None = None

    def put(self, scope: Scope, request: Members) -> Members:
        """Run ``Put...``: replace all members."""
        return self._store(find_revision(scope, request), {}, request)

    def update(self, scope: Scope, request: Members) -> Members:
        """Run ``Update...``: replace the given members."""
        found = find_revision(scope, request)
        return self._store(found, self._stored(found), request)

    def get(self, scope: Scope, request: Members) -> Members:
        """Run ``Get...``."""
        return self._stored(find_revision(scope, request))

    def delete(self, scope: Scope, request: Members) -> Members:
        """Run ``Delete...``."""
        found = find_revision(scope, request)
        self._stored(found)
        found.function.options.pop((self.name, found.qualifier), None)
        return {}

    def list(self, scope: Scope, request: Members) -> Members:
        """Run ``List...s``, for every qualifier."""
        options = find_revision(scope, request).function.options
        listed = [stored for (name, _), stored in options.items() if name == self.name]
        return page(request, f"{self.name}s", listed)

    def _store(self, found: Found, old: Members, request: Members) -> Members:
        given = without(request, "FunctionName", "Qualifier")
        stored = {**old, **given, "FunctionArn": _arn(found), "LastModified": datetime.now(UTC)}
        found.function.options[self.name, found.qualifier] = stored
        return stored

    def _stored(self, found: Found) -> Members:
        stored = found.function.options.get((self.name, found.qualifier), self.default)
        if stored is None:
            raise not_found(f"The function {_arn(found)} doesn't have an EventInvokeConfig")
        return {"FunctionArn": _arn(found), **stored}


def _arn(found: Found) -> str:
    """Return the ARN, which has a qualifier in these answers even if the request has none."""
    return f"{found.function.arn}:{found.qualifier or LATEST}"


_CONCURRENCY = _Option(CONCURRENCY, default={})
_EVENT_INVOKE = _Option(EVENT_INVOKE)
_RECURSION = _Option("FunctionRecursionConfig", default={"RecursiveLoop": "Terminate"})
_RUNTIME = _Option("RuntimeManagementConfig", default={"UpdateRuntimeOn": "Auto"})

put_function_concurrency = _CONCURRENCY.put
get_function_concurrency = _CONCURRENCY.get
delete_function_concurrency = _CONCURRENCY.delete
put_function_event_invoke_config = _EVENT_INVOKE.put
update_function_event_invoke_config = _EVENT_INVOKE.update
get_function_event_invoke_config = _EVENT_INVOKE.get
delete_function_event_invoke_config = _EVENT_INVOKE.delete
list_function_event_invoke_configs = _EVENT_INVOKE.list
put_function_recursion_config = _RECURSION.put
get_function_recursion_config = _RECURSION.get
put_runtime_management_config = _RUNTIME.put
get_runtime_management_config = _RUNTIME.get
