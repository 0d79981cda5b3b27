"""Revisions of functions: finding the one that a qualifier means, and describing it."""

import hashlib
from dataclasses import dataclass

from local.lambda_api.configuration import managed_instances
from local.lambda_api.errors import conflict, precondition_failed
from local.lambda_api.protocol import Members
from local.lambda_api.state import LATEST, NOT_FOUND, Change, Function, Revision, Scope

CHANGE_SECONDS = 0.2
"""Duration of a creation or an update. AWS takes some seconds."""

_REASON = "The function is being created."  # AWS says so of updates too.
_CREATING = {"State": "Pending", "StateReason": _REASON, "StateReasonCode": "Creating"}
_UPDATING = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": _REASON,
    "LastUpdateStatusReasonCode": "Creating",
}
# Members that the lists of functions and versions leave out.
_NOT_LISTED = {"RuntimeVersionConfig", "State", "StateReason", "StateReasonCode", *_UPDATING}


@dataclass(frozen=True)
class Found:
    """A revision of a function, and the qualifier in the request, if any."""

    function: Function
    revision: Revision
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """The function's ARN, with the qualifier of the request."""
        return f"{self.function.arn}:{self.qualifier}" if self.qualifier else self.function.arn


def find_revision(scope: Scope, request: Members, missing: str = NOT_FOUND) -> Found:
    """Return the revision that a request's ``FunctionName`` and ``Qualifier`` mean.

    No qualifier means ``$LATEST``, whose ARN then stays unqualified. What AWS says of a missing
    function, version or alias is given as for ``Region.find_function``.
    """
    name, qualifier = scope.region.read_name(request["FunctionName"], request.get("Qualifier"))
    if qualifier is None:
        function = scope.region.find_function(name, missing)
        return Found(function, function.latest)
    no_function = missing.replace("{arn}", f"{{arn}}:{qualifier}")
    function = scope.region.find_function(name, no_function)
    alias = function.aliases.get(qualifier)
    version = alias["FunctionVersion"] if alias else qualifier
    return Found(function, function.find_version(version, missing), qualifier)


def require_revision_id(
    request: Members, actual: str, source: str = "GetFunction/GetAlias API"
) -> None:
    """Raise when a request's revision id is not the current one; ``source`` returns that one."""
    if request.get("RevisionId") not in {None, actual}:
        raise precondition_failed(
            "The Revision Id provided does not match the latest Revision Id. Call the"
            f" {source} to retrieve the latest Revision Id"
        )


def creation(scope: Scope) -> Change:
    """Return the change that creates a function or a version."""
    return Change(_CREATING, scope.now + CHANGE_SECONDS)


def update(scope: Scope) -> Change:
    """Return the change that an update makes."""
    return Change(_UPDATING, scope.now + CHANGE_SECONDS)


def find_changeable(scope: Scope, request: Members) -> Function:
    """Return a function; raise while a change of it is being applied, and for a stale revision."""
    function = scope.region.find_function(request["FunctionName"])
    if (change := function.latest.change) is not None:
        cause = f"An update is in progress for resource: {function.arn}"
        if change.status is _CREATING:
            cause = "The function is currently in the following state: Pending"
        raise conflict(f"The operation cannot be performed at this time. {cause}")
    require_revision_id(request, function.latest.revision_id)
    return function


def summarize(scope: Scope, found: Found) -> Members:
    """Return a revision as the lists of functions and versions show it: without its status."""
    described = describe(scope, found)
    return {name: value for name, value in described.items() if name not in _NOT_LISTED}


def describe(scope: Scope, found: Found) -> Members:
    """Return a revision as the API's ``FunctionConfiguration``."""
    revision = found.revision
    layers: list[str] = revision.settings.get("Layers") or []
    runtime_version = hashlib.sha256(revision.settings["Runtime"].encode()).hexdigest()
    return {
        **revision.settings,
        **status(scope, found),
        "CodeSha256": revision.package.sha256,
        "CodeSize": revision.package.size,
        "FunctionArn": found.arn,
        "FunctionName": found.function.name,
        "LastModified": revision.last_modified,
        "Layers": [{"Arn": layer} for layer in layers] or None,
        "RevisionId": revision.revision_id,
        "RuntimeVersionConfig": {
            "RuntimeVersionArn": f"arn:aws:lambda:{scope.region.name}::runtime:{runtime_version}"
        },
        "SnapStart": {**revision.settings["SnapStart"], "OptimizationStatus": "Off"},
        "Version": revision.version,
    }


def status(scope: Scope, found: Found) -> Members:
    """Return ``State`` and ``LastUpdateStatus`` with their reasons.

    An ordinary function is active without environments. On managed instances ``$LATEST`` cannot be
    invoked (PUB-01), and the data plane has the status of a published version.
    """
    change = found.revision.change
    if change is not None and "State" in change.status:
        return change.status
    settled: Members = {"LastUpdateStatus": "Successful", **(change.status if change else {})}
    if managed_instances(found.revision.settings) is None:
        return {"State": "Active", **settled}
    if found.revision.version == LATEST:
        return {"State": "ActiveNonInvocable", **settled}
    running = scope.data_plane.status(found.function.name, found.revision.version)
    if running is None:
        return {"State": "Inactive", "LastUpdateStatus": "Successful"}
    update = {"Pending": "InProgress", "Failed": "Failed"}.get(running.state, "Successful")
    has_failed = update == "Failed"
    return {
        "State": running.state,
        "StateReason": running.reason,
        "StateReasonCode": running.reason_code,
        "LastUpdateStatus": update,
        "LastUpdateStatusReason": running.reason if has_failed else None,
        "LastUpdateStatusReasonCode": running.reason_code if has_failed else None,
    }
