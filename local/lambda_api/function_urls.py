"""Operations on function URLs, which the data plane serves."""

import secrets
from dataclasses import replace
from functools import partial

from local.dataplane.cors import Cors
from local.dataplane.model import UrlRoute
from local.lambda_api.errors import conflict, not_found
from local.lambda_api.names import find_function, read_function_name
from local.lambda_api.paging import page
from local.lambda_api.protocol import Members
from local.lambda_api.scope import Scope
from local.lambda_api.state import Function, FunctionUrl, timestamp
from local.lambda_api.targets import version_behind

_NO_FUNCTION = "Function does not exist"
_MISSING = "The resource you requested does not exist."


def create_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``CreateFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _NO_FUNCTION)
    _check_new(function, qualifier)
    url = FunctionUrl(
        url_id=secrets.token_hex(16),
        url="",
        qualifier=qualifier,
        auth_type=request["AuthType"],
        invoke_mode=request.get("InvokeMode", "BUFFERED"),
        cors=request.get("Cors", {}),
    )
    function.urls[qualifier] = _serve(scope, function, url)
    return _changed(function, qualifier, request)


def get_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _MISSING)
    return _describe(function, _existing(function, qualifier, _MISSING))


def update_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``UpdateFunctionUrlConfig``."""
    function, qualifier = _find(scope, request, _NO_FUNCTION)
    is_alias = qualifier is None or qualifier in function.aliases
    old = _existing(function, qualifier, _MISSING if is_alias else _NO_FUNCTION)
    changed = replace(
        old,
        auth_type=request.get("AuthType", old.auth_type),
        invoke_mode=request.get("InvokeMode", old.invoke_mode),
        cors=request.get("Cors", old.cors),
        modified=timestamp(),
    )
    function.urls[qualifier] = _serve(scope, function, changed)
    return _changed(function, qualifier, request)


def delete_function_url_config(scope: Scope, request: Members) -> Members:
    """Run ``DeleteFunctionUrlConfig``. Permissions for the URL stay, as on AWS."""
    function, qualifier = _find(scope, request, _MISSING)
    url = _existing(function, qualifier, _MISSING)
    scope.data_plane.close_url(url.url_id)
    del function.urls[qualifier]
    return {}


def list_function_url_configs(scope: Scope, request: Members) -> Members:
    """Run ``ListFunctionUrlConfigs``."""
    function = find_function(scope.region, request["FunctionName"], _NO_FUNCTION)
    urls = [_describe(function, url) for url in function.urls.values()]
    return page(request, "FunctionUrlConfigs", urls)


def _find(scope: Scope, request: Members, missing: str) -> tuple[Function, str | None]:
    name = read_function_name(scope.region, request["FunctionName"], request.get("Qualifier"))
    return find_function(scope.region, name.name, missing), name.qualifier


def _existing(function: Function, qualifier: str | None, missing: str) -> FunctionUrl:
    if qualifier not in function.urls:
        raise not_found(missing)
    return function.urls[qualifier]


def _check_new(function: Function, qualifier: str | None) -> None:
    if qualifier is not None and qualifier not in function.aliases:
        raise not_found(_NO_FUNCTION)
    if qualifier in function.urls:
        raise conflict(
            f"Failed to create function url config for [functionArn = {function.arn}]. Error"
            " message:  FunctionUrlConfig exists for this Lambda function"
        )


def _serve(scope: Scope, function: Function, url: FunctionUrl) -> FunctionUrl:
    address = scope.data_plane.open_url(
        UrlRoute(
            url_id=url.url_id,
            function_arn=_arn(function, url),
            auth_type="NONE" if url.auth_type == "NONE" else "AWS_IAM",
            invoke_mode="BUFFERED" if url.invoke_mode == "BUFFERED" else "RESPONSE_STREAM",
            version=partial(version_behind, function, url.qualifier),
            cors=Cors.from_api(url.cors) if url.cors else None,
        )
    )
    return replace(url, url=address)


def _changed(function: Function, qualifier: str | None, request: Members) -> Members:
    """Return a URL that a request changed; without ``InvokeMode`` if the request has none."""
    described = _describe(function, function.urls[qualifier])
    return described if "InvokeMode" in request else {**described, "InvokeMode": None}


def _describe(function: Function, url: FunctionUrl) -> Members:
    described = {
        "FunctionUrl": url.url,
        "FunctionArn": _arn(function, url),
        "AuthType": url.auth_type,
        "InvokeMode": url.invoke_mode,
        "CreationTime": url.created,
        "LastModifiedTime": url.modified,
    }
    return {**described, "Cors": url.cors} if url.cors else described


def _arn(function: Function, url: FunctionUrl) -> str:
    return f"{function.arn}:{url.qualifier}" if url.qualifier else function.arn
