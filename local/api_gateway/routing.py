"""Routes requests to an API to the functions of its integrations."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from local.account import ACCOUNT_ID
from local.dataplane.model import ApiTarget

VersionForApi = Callable[[str, str], str | None]
"""Takes a qualified function ARN and the ARN of the calling method; returns a version."""

STREAMING_PATH = "/2021-11-15/"
# Where an integration has its type and its URI, and the timeout of one that names none.
_REST_API = ("type", "uri", 29.0)
_HTTP_API = ("integrationType", "integrationUri", 30.0)
_ANY = "ANY"
_DEFAULT_ROUTE = "$default"
_FUNCTION = re.compile(r"(?:arn:[\w-]+:apigateway:.*/functions/)?(?P<arn>arn:[\w-]+:lambda:[^/]+)")


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method of a resource, or a route.

    The method may be ``ANY``, and the path of the route ``$default`` is ``None``. The target lacks
    what depends on the request: the path's parameters, and the version. The local AWS cannot
    execute integrations that are no Lambda proxy.
    """

    http_method: str
    path: "PathPattern | None"
    target: ApiTarget


class PathPattern:
    """A path with variables, such as ``/orders/{id}`` or ``/{proxy+}``.

    A slash more at the end of a path makes no difference in a REST API
    (https://github.com/aws/chalice/issues/65). An HTTP API refuses such routes
    (https://github.com/storacha/w3infra/pull/166). The rank is the order of precedence: literal
    parts before variables, those before greedy variables.
    """

    def __init__(self, text: str, *, may_end_with_slash: bool = False) -> None:
        parts = text.split("/")
        variables = [part for part in parts if part.startswith("{")]
        self.text = text
        self.rank = [part.startswith("{") + part.endswith("+}") for part in parts]
        self._names = [variable.strip("{+}") for variable in variables]
        self._regex = re.compile("/".join(map(_regex, parts)) + "/?" * may_end_with_slash)

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the variables, ``None`` if the path does not match."""
        found = self._regex.fullmatch(path)
        return None if found is None else dict(zip(self._names, found.groups(), strict=True))


class Routes:
    """The methods of a REST API, or the routes of an HTTP API, in one stage.

    ``execution_arn`` is that of the stage, to which method and path are appended.
    """

    def __init__(
        self, methods: Iterable[Method], execution_arn: str, version_for: VersionForApi
    ) -> None:
        self._methods = sorted(methods, key=_order)
        self._execution_arn = execution_arn
        self._version_for = version_for

    def target(self, http_method: str, path: str) -> ApiTarget | None:
        """Return the target of a request, ``None`` if the API has no such method."""
        for method in self._methods:
            if method.http_method not in (http_method, _ANY):
                continue
            parameters = {} if method.path is None else method.path.match(path)
            if parameters is not None:
                return self._target(method, http_method, parameters)
        return None

    def _target(self, method: Method, http_method: str, parameters: Mapping[str, str]) -> ApiTarget:
        target, arn = method.target, method.target.function_arn
        where = target.resource if method.path is None else f"{http_method}{method.path.text}"
        source_arn = f"{self._execution_arn}/{where}"

        def version() -> str | None:
            return self._version_for(arn, source_arn) if arn else None

        return replace(target, path_parameters=parameters, version=version)


def execution_arn(region: str, api_id: str, stage: str) -> str:
    """Return the ARN of a stage, as permissions spell it."""
    return f"arn:aws:execute-api:{region}:{ACCOUNT_ID}:{api_id}/{stage}"


def methods_of_rest_api(
    resources: Iterable[Mapping[str, Any]],
    streams: Callable[[str, str], bool],
    binary_media_types: Sequence[str] = (),
) -> list[Method]:
    """Read the methods of a REST API from the descriptions of its resources.

    ``streams`` returns, by the resource's id and the method's name, whether its integration
    streams. The media types are those of the API as it is when it is deployed.
    """
    return [
        Method(
            http_method=http_method,
            path=PathPattern(resource["path"], may_end_with_slash=True),
            target=_target(
                resource["path"],
                method,
                method.get("methodIntegration") or {},
                _REST_API,
                streams=streams(resource["id"], http_method),
                binary_media_types=binary_media_types,
            ),
        )
        for resource in resources
        for http_method, method in resource.get("resourceMethods", {}).items()
    ]


def methods_of_http_api(
    routes: Iterable[Mapping[str, Any]], integrations: Iterable[Mapping[str, Any]]
) -> list[Method]:
    """Read the methods of an HTTP API from the descriptions of its routes and integrations."""
    by_target = {f"integrations/{found['integrationId']}": found for found in integrations}
    return [_route(route, by_target.get(route.get("target") or "", {})) for route in routes]


def _route(route: Mapping[str, Any], integration: Mapping[str, Any]) -> Method:
    key: str = route["routeKey"]
    http_method, _, path = (_ANY, "", "") if key == _DEFAULT_ROUTE else key.partition(" ")
    payload_format = integration.get("payloadFormatVersion") or "1.0"
    target = _target(
        key, route, integration, _HTTP_API, streams=False, payload_format=payload_format
    )
    return Method(http_method=http_method, path=PathPattern(path) if path else None, target=target)


def _target(
    resource: str,
    described: Mapping[str, Any],
    integration: Mapping[str, Any],
    members: tuple[str, str, float],
    **particular: Any,
) -> ApiTarget:
    type_name, uri_name, seconds = members
    is_proxy = integration.get(type_name) == "AWS_PROXY"
    function = _FUNCTION.match(integration.get(uri_name) or "") if is_proxy else None
    milliseconds = integration.get("timeoutInMillis")
    return ApiTarget(
        resource=resource,
        path_parameters={},
        auth_type="AWS_IAM" if described.get("authorizationType") == "AWS_IAM" else "NONE",
        function_arn=function["arn"] if function else "",
        version=lambda: None,
        timeout_seconds=int(milliseconds) / 1000 if milliseconds else seconds,
        **particular,
    )


def _order(method: Method) -> tuple[bool, list[int], bool]:
    rank = [] if method.path is None else method.path.rank
    return method.path is None, rank, method.http_method == _ANY


def _regex(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return "(.+)" if part.endswith("+}") else "([^/]+)"
