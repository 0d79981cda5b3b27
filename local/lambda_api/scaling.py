"""The scaling configuration of published versions."""

from local.lambda_api.errors import access_denied, invalid_parameter
from local.lambda_api.managed_instances import DEFAULT_MIN_ENVIRONMENTS, managed_instances
from local.lambda_api.names import find_function
from local.lambda_api.protocol import Members
from local.lambda_api.revisions import Found, find_version, state_of
from local.lambda_api.scope import Scope
from local.lambda_api.state import Function
from policies.lmi.facts.limits import MAX_ENVIRONMENTS


def put_function_scaling_config(scope: Scope, request: Members) -> Members:
    """Run ``PutFunctionScalingConfig``: it applies at once.

    An omitted field keeps its value; without any field AWS's defaults return
    (docs/facts/aws-provider.md#function-scaling-configuration).
    """
    found = _find_managed(scope, request)
    function, version = found.function, found.revision.version
    given: Members | None = request.get("FunctionScalingConfig")
    scaling = {**function.scaling.get(version, {}), **given} if given else {}
    _check(scaling)
    function.scaling[version] = scaling
    scope.data_plane.scale(function.name, version, *environments_of(function, version))
    return {"FunctionState": state_of(scope, found)}


def get_function_scaling_config(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionScalingConfig``."""
    found = _find_managed(scope, request)
    scaling = found.function.scaling.get(found.revision.version, {})
    applied = {**scaling, "MinExecutionEnvironments": _minimum(scaling)}
    return {"FunctionArn": found.arn, "AppliedFunctionScalingConfig": applied}


def environments_of(function: Function, version: str) -> tuple[int, int]:
    """Return the smallest and the largest number of environments of a published version."""
    scaling = function.scaling.get(version, {})
    return _minimum(scaling), scaling.get("MaxExecutionEnvironments", MAX_ENVIRONMENTS)


def _minimum(scaling: Members) -> int:
    return scaling.get("MinExecutionEnvironments", DEFAULT_MIN_ENVIRONMENTS)


def _find_managed(scope: Scope, request: Members) -> Found:
    function = find_function(scope.region, request["FunctionName"])
    if managed_instances(function.latest.settings) is None:  # SC-05
        raise access_denied(
            f"The function {function.arn} does not contain a capacity provider configuration."
        )
    version: str = request["Qualifier"]
    return Found(function, find_version(function, version), version)


def _check(scaling: Members) -> None:
    minimum, maximum = _minimum(scaling), scaling.get("MaxExecutionEnvironments")
    if maximum is not None and minimum > maximum:  # SC-02
        raise invalid_parameter(
            f"MinExecutionEnvironments {minimum} is greater than MaxExecutionEnvironments"
            f" {maximum}."
        )
    if minimum == 0 and maximum != 0:  # SC-17
        raise invalid_parameter(
            "MinExecutionEnvironments 0 is only valid together with MaxExecutionEnvironments 0,"
            " which deactivates the version."
        )
