"""Aliases: names for versions."""

from local.lambda_api.errors import conflict, invalid_parameter, not_found
from local.lambda_api.names import NOT_FOUND, find_function
from local.lambda_api.paging import page
from local.lambda_api.protocol import Members
from local.lambda_api.revisions import find_version, require_revision_id
from local.lambda_api.scope import Scope
from local.lambda_api.state import LATEST, Alias, Function


def create_alias(scope: Scope, request: Members) -> Members:
    """Run ``CreateAlias``."""
    missing = f"{NOT_FOUND}:{request['FunctionVersion']}"
    function = find_function(scope.region, request["FunctionName"], missing)
    name: str = request["Name"]
    if name in function.aliases:
        raise conflict(f"Alias already exists: {function.arn}:{name}")
    alias = Alias(
        name=name,
        version=request["FunctionVersion"],
        description=request.get("Description", ""),
        weights=_weights(request),
    )
    _check(function, alias)
    function.aliases[name] = alias
    return _describe(function, alias)


def get_alias(scope: Scope, request: Members) -> Members:
    """Run ``GetAlias``."""
    function = find_function(scope.region, request["FunctionName"])
    return _describe(function, find_alias(function, request["Name"]))


def update_alias(scope: Scope, request: Members) -> Members:
    """Run ``UpdateAlias``."""
    function = find_function(scope.region, request["FunctionName"])
    old = find_alias(function, request["Name"], "Alias not found: {arn}")
    require_revision_id(request, old.revision_id)
    alias = Alias(
        name=old.name,
        version=request.get("FunctionVersion", old.version),
        description=request.get("Description", old.description),
        weights=_weights(request) if "RoutingConfig" in request else old.weights,
    )
    _check(function, alias)
    function.aliases[alias.name] = alias
    return _describe(function, alias)


def delete_alias(scope: Scope, request: Members) -> Members:
    """Run ``DeleteAlias``; delete the alias's URL and policy too, and ignore a missing alias."""
    function = find_function(scope.region, request["FunctionName"])
    function.aliases.pop(request["Name"], None)
    function.policies.pop(request["Name"], None)
    url = function.urls.pop(request["Name"], None)
    if url is not None:
        scope.data_plane.close_url(url.url_id)
    return {}


def list_aliases(scope: Scope, request: Members) -> Members:
    """Run ``ListAliases``."""
    function = find_function(scope.region, request["FunctionName"])
    wanted = request.get("FunctionVersion")
    aliases = [
        _describe(function, alias)
        for alias in function.aliases.values()
        if wanted in {None, alias.version}
    ]
    return page(request, "Aliases", aliases)


def find_alias(
    function: Function, name: str, missing: str = "Cannot find alias arn: {arn}"
) -> Alias:
    """Return an alias of a function.

    Parameters
    ----------
    missing
        What to say when there is none; ``{arn}`` stands for its ARN.

    Raises
    ------
    AwsError
        ``ResourceNotFoundException`` when there is none.
    """
    if name not in function.aliases:
        raise not_found(missing.format(arn=f"{function.arn}:{name}"))
    return function.aliases[name]


def _weights(request: Members) -> dict[str, float]:
    routing: Members = request.get("RoutingConfig") or {}
    return dict(routing.get("AdditionalVersionWeights") or {})


def _check(function: Function, alias: Alias) -> None:
    find_version(function, alias.version)
    if not alias.weights:
        return
    if len(alias.weights) > 1:  # PUB-10
        raise invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    if alias.version == LATEST:  # PUB-15
        raise invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    for version in alias.weights:
        find_version(function, version)
    if alias.version in alias.weights:
        raise invalid_parameter(
            f"Invalid function version {alias.version}. Function version {alias.version} is already"
            " included in routing configuration."
        )


def _describe(function: Function, alias: Alias) -> Members:
    shown: Members = {
        "AliasArn": f"{function.arn}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.weights:
        shown["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return shown
