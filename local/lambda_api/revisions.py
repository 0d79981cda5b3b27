"""Revisions of functions: finding the one that a qualifier means, and describing it."""

from dataclasses import dataclass

from local.lambda_api.errors import not_found, precondition_failed
from local.lambda_api.managed_instances import managed_instances
from local.lambda_api.names import find_function, read_function_name
from local.lambda_api.protocol import Members
from local.lambda_api.scope import Scope
from local.lambda_api.state import LATEST, Function, Revision


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


def find_revision(scope: Scope, request: Members) -> Found:
    """Return the revision that a request's ``FunctionName`` and ``Qualifier`` mean.

    No qualifier means ``$LATEST``, whose ARN then stays unqualified.

    Raises
    ------
    AwsError
        ``ResourceNotFoundException`` when the function, the version or the alias does not exist.
    """
    function = find_function(scope.region, request["FunctionName"])
    name = read_function_name(scope.region, request["FunctionName"], request.get("Qualifier"))
    if name.qualifier is None:
        return Found(function, function.latest)
    alias = function.aliases.get(name.qualifier)
    revision = find_version(function, alias.version if alias else name.qualifier)
    return Found(function, revision, name.qualifier)


def find_version(function: Function, version: str) -> Revision:
    """Return ``$LATEST`` or a published version of a function.

    Raises
    ------
    AwsError
        ``ResourceNotFoundException`` when it does not exist.
    """
    if version == LATEST:
        return function.latest
    if version not in function.published:
        raise not_found(f"Function not found: {function.arn}:{version}")
    return function.published[version]


def require_revision_id(request: Members, actual: str) -> None:
    """Raise when the request's revision id is not the current one.

    Raises
    ------
    AwsError
        ``PreconditionFailedException``.
    """
    if request.get("RevisionId") not in {None, actual}:
        raise precondition_failed(
            "The Revision Id provided does not match the latest Revision Id. Call the"
            " GetFunction/GetAlias API to retrieve the latest Revision Id"
        )


def describe(scope: Scope, found: Found) -> Members:
    """Return a revision as the API's ``FunctionConfiguration``."""
    revision = found.revision
    layers: list[str] = revision.settings.get("Layers") or []
    return {
        **revision.settings,
        **_status(scope, found),
        "CodeSha256": revision.package.sha256,
        "CodeSize": revision.package.size,
        "FunctionArn": found.arn,
        "FunctionName": found.function.name,
        "LastModified": revision.last_modified,
        "Layers": [{"Arn": layer} for layer in layers],
        "RevisionId": revision.revision_id,
        "SnapStart": {**revision.settings["SnapStart"], "OptimizationStatus": "Off"},
        "Version": revision.version,
    }


def state_of(scope: Scope, found: Found) -> str:
    """Return a revision's ``State``."""
    state: str = _status(scope, found)["State"]
    return state


def _status(scope: Scope, found: Found) -> Members:
    """Return ``State`` and ``LastUpdateStatus`` with their reasons.

    The data plane has the status of what can be invoked: on managed instances that is not
    ``$LATEST`` (PUB-01).
    """
    if found.revision.version == LATEST and managed_instances(found.revision.settings):
        return {"State": "ActiveNonInvocable", "LastUpdateStatus": "Successful"}
    status = scope.data_plane.status(found.function.name, found.revision.version)
    if status is None:
        return {"State": "Inactive", "LastUpdateStatus": "Successful"}
    update = {"Pending": "InProgress", "Failed": "Failed"}.get(status.state, "Successful")
    shown = {
        "State": status.state,
        "StateReason": status.reason,
        "StateReasonCode": status.reason_code,
        "LastUpdateStatus": update,
    }
    if update == "Failed":
        shown["LastUpdateStatusReason"] = status.reason
        shown["LastUpdateStatusReasonCode"] = status.reason_code
    return shown
