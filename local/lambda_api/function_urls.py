"""Operations on function URLs, which the data plane serves."""

import secrets
from functools import partial

from local.dataplane.model import UrlRoute
from local.lambda_api.aliases import version_behind
from local.lambda_api.errors import conflict, not_found
from local.lambda_api.protocol import Members, page
from local.lambda_api.state import Function, Scope, timestamp

_SETTINGS = ("AuthType", "Cors", "InvokeMode")
_NO_FUNCTION = "Function does not exist"
_MISSING = "The resource you requested does not exist."


def create_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``CreateFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _NO_FUNCTION)
    if qualifier is not None and qualifier not in function.aliases:
        raise not_found(_NO_FUNCTION)
    if qualifier in function.urls:
        raise conflict(
            f"Failed to create function url config for [functionArn = {function.arn}]. Error"
            " message:  FunctionUrlConfig exists for this Lambda function"
        )
    arn = f"{function.arn}:{qualifier}" if qualifier else function.arn
    new = {"FunctionArn": arn, "InvokeMode": "BUFFERED", "CreationTime": timestamp()}
    return _serve(scope, function, qualifier, {**new, "UrlId": secrets.token_hex(16)}, request)


def get_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _MISSING)
    return _existing(function, qualifier, _MISSING)


def update_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``UpdateFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _NO_FUNCTION)
    is_alias = qualifier is None or qualifier in function.aliases
    old = _existing(function, qualifier, _MISSING if is_alias else _NO_FUNCTION)
    return _serve(scope, function, qualifier, old, request)


def delete_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``DeleteFunctionUrlConfig``. Permissions for the URL stay, as on AWS."""
    function, qualifier = _find(scope, request, _MISSING)
    scope.data_plane.close_front(_existing(function, qualifier, _MISSING)["UrlId"])
    del function.urls[qualifier]
    return {}


def list_function_url_configs(scope: Scope, request: Members) -> Members:
    """Run ``ListFunctionUrlConfigs``."""
    function = scope.region.find_function(request["FunctionName"], _NO_FUNCTION)
    return page(request, "FunctionUrlConfigs", list(function.urls.values()))


def _find(scope: Scope, request: Members, missing: str) -> tuple[Function, str | None]:
    named = scope.region.read_name(request["FunctionName"], request.get("Qualifier"))
    return scope.region.find_function(named[0], missing), named[1]


def _existing(function: Function, qualifier: str | None, missing: str) -> Members:
    if qualifier not in function.urls:
        raise not_found(missing)
    return function.urls[qualifier]


def _serve(
    scope: Scope, function: Function, qualifier: str | None, old: Members, request: Members
) -> Members:
    """Serve a URL as a request asks for; return its configuration.

    The answer lacks ``InvokeMode`` if the request does.
    """
    given = {name: request[name] for name in _SETTINGS if name in request}
    config: Members = {**old, **given, "LastModifiedTime": timestamp()}
    config["Cors"] = config.get("Cors") or None
    config["FunctionUrl"] = scope.data_plane.open_url(
        UrlRoute(
            url_id=config["UrlId"],
            function_arn=config["FunctionArn"],
            auth_type=config["AuthType"],
            streams=config["InvokeMode"] == "RESPONSE_STREAM",
            version=partial(version_behind, function, qualifier),
            cors=config["Cors"],
        )
    )
    function.urls[qualifier] = config
    return config if "InvokeMode" in request else {**config, "InvokeMode": None}
