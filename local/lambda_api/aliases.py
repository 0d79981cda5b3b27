"""Aliases: names for versions."""

import random

from local.lambda_api.configuration import managed_instances
from local.lambda_api.errors import conflict, invalid_parameter, not_found
from local.lambda_api.protocol import Members, page
from local.lambda_api.revisions import require_revision_id
from local.lambda_api.state import (
    LATEST,
    LATEST_PUBLISHED,
    NOT_FOUND,
    Function,
    Scope,
    new_revision_id,
    weights_of,
)

_SETTINGS = ("Description", "FunctionVersion", "RoutingConfig")


def create_alias(scope: Scope, request: Members) -> Members:
    """Run ``CreateAlias``."""
    missing = f"{NOT_FOUND}:{request['FunctionVersion']}"
    function = scope.region.find_function(request["FunctionName"], missing)
    name: str = request["Name"]
    if name in function.aliases:
        raise conflict(f"Alias already exists: {function.arn}:{name}")
    alias = {"AliasArn": f"{function.arn}:{name}", "Name": name, "Description": ""}
    return _store(function, alias, request)


def get_alias(scope: Scope, request: Members) -> Members:
    """Run ``GetAlias``."""
    function = scope.region.find_function(request["FunctionName"])
    return find_alias(function, request["Name"])


def update_alias(scope: Scope, request: Members) -> Members:
    """Run ``UpdateAlias``."""
    function = scope.region.find_function(request["FunctionName"])
    old = find_alias(function, request["Name"], "Alias not found: {arn}")
    require_revision_id(request, old["RevisionId"])
    return _store(function, old, request)


def delete_alias(scope: Scope, request: Members) -> Members:
    """Run ``DeleteAlias``; delete the alias's URL and policy too, and ignore a missing alias."""
    function = scope.region.find_function(request["FunctionName"])
    function.aliases.pop(request["Name"], None)
    function.policies.pop(request["Name"], None)
    url = function.urls.pop(request["Name"], None)
    if url is not None:
        scope.data_plane.close_front(url["UrlId"])
    return {}


def list_aliases(scope: Scope, request: Members) -> Members:
    """Run ``ListAliases``."""
    function = scope.region.find_function(request["FunctionName"])
    wanted = request.get("FunctionVersion")
    aliases = [
        alias for alias in function.aliases.values() if wanted in {None, alias["FunctionVersion"]}
    ]
    return page(request, "Aliases", aliases)


def find_alias(
    function: Function, name: str, missing: str = "Cannot find alias arn: {arn}"
) -> Members:
    """Return an alias, or raise ``missing``, in which ``{arn}`` stands for the alias's ARN."""
    if name not in function.aliases:
        raise not_found(missing.format(arn=f"{function.arn}:{name}"))
    return function.aliases[name]


def _store(function: Function, old: Members, request: Members) -> Members:
    given = {name: request[name] for name in _SETTINGS if name in request}
    alias = {**old, **given, "RevisionId": new_revision_id()}
    own, weights = alias["FunctionVersion"], weights_of(alias)
    function.find_version(own)
    if not weights:
        alias.pop("RoutingConfig", None)
    elif len(weights) > 1:  # PUB-10
        raise invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    elif own == LATEST:  # PUB-15
        raise invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    elif own in weights:
        raise invalid_parameter(
            f"Invalid function version {own}. Function version {own} is already included in routing"
            " configuration."
        )
    for version in weights:
        function.find_version(version)
    function.aliases[alias["Name"]] = alias
    return alias


def version_behind(function: Function, qualifier: str | None) -> str | None:
    """Return the version that a qualifier means, ``None`` if there is none that can be invoked.

    As ``admits_api`` it takes no lock, since the data plane may ask while an operation that holds
    it waits for the data plane. Aliases and statements are replaced as a whole, so that reads are
    always consistent.
    """
    is_managed = managed_instances(function.latest.settings) is not None
    version = qualifier or (LATEST_PUBLISHED if is_managed else LATEST)  # URL-03
    if alias := function.aliases.get(version):
        version = alias["FunctionVersion"]
        for additional, weight in weights_of(alias).items():
            if random.random() < weight:  # noqa: S311  # shares traffic, guards nothing
                version = additional
    is_invocable = version in function.published or (version == LATEST and not is_managed)  # PUB-01
    return version if is_invocable else None
