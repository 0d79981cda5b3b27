"""API Gateway's control plane: a thin layer over moto that sees every call and its result.

After each call that succeeds it reads the stages from moto's models, and the data plane serves
them. A REST API is served as it was last deployed, an HTTP API as it is now. moto does not know
response streaming, so transfer modes are stored, checked and returned here; it does not update the
tags of a REST API either, so that is done here.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Literal, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto import backends
from werkzeug.wrappers import Request, Response

from local.account import ACCOUNT_ID
from local.api_gateway.routing import (
    STREAMING_PATH,
    Method,
    Routes,
    VersionForApi,
    execution_arn,
    methods_of_http_api,
    methods_of_rest_api,
)
from local.dataplane.cors import Cors
from local.dataplane.model import ApiRoute
from local.dataplane.plane import LocalDataPlane

_INVOKE_URL_HEADER = "x-local-aws-invoke-url"
"""Member of answers about a stage with its local address, which AWS derives from id and Region.

As in the outputs of Pulumi's provider, only that of a default stage ends with a slash.
"""

_INTEGRATION = re.compile(
    r"/restapis/(?P<api>[^/]+)/resources/(?P<resource>[^/]+)/methods/(?P<method>[^/]+)/integration"
)
_API = re.compile(r"/(restapis|v2/apis)/(?P<api>[^/]+)(?P<part>/deployments|/stages)?(/.+)?")
_IMPORTED = re.compile(r"/(restapis/[^/]+|v2/apis.*)")
_TAGS_OF_REST_API = re.compile(r"/tags/arn:[^/]+::/restapis/(?P<api>[^/]+)")


class ApiGateway:
    """API Gateway's API in every region: moto stores the APIs, the data plane serves them."""

    def __init__(
        self, moto: WSGIApplication, version_for: VersionForApi, data_plane: LocalDataPlane
    ) -> None:
        self._moto = moto
        self._version_for = version_for
        self._data_plane = data_plane
        self._modes: dict[tuple[str, ...], str] = {}
        self._deployed: dict[tuple[str, ...], list[Method]] = {}
        self._addresses: dict[tuple[str, ...], str] = {}
        self._lock = threading.Lock()

    def answer(
        self, environ: WSGIEnvironment, start: StartResponse, region: str
    ) -> Iterable[bytes]:
        """Answer a request that is signed for a region."""
        with self._lock:
            return self._respond(Request(environ), region)(environ, start)

    def _respond(self, request: Request, region: str) -> Response:
        is_import = request.method == "PUT" and _IMPORTED.fullmatch(request.path)
        if is_import or request.args.get("mode") == "import":
            lacking = "The local AWS does not import APIs from OpenAPI documents."
            return _refusal(501, "NotImplementedException", lacking)
        if (integration := _INTEGRATION.fullmatch(request.path)) is not None:
            return self._integration(request, integration.groups())
        if (tagged := _TAGS_OF_REST_API.fullmatch(request.path)) is not None:
            return _tag(_apis("apigateway", region).get(tagged["api"]), request)
        response = self._run(request)
        if response.status_code < 300 and (found := _API.fullmatch(request.path)) is not None:
            self._note(request, region, found, response)
        return response

    def _run(self, request: Request) -> Response:
        """Make moto execute a call."""
        body = BytesIO(request.get_data())
        return Response.from_app(self._moto, {**request.environ, "wsgi.input": body})

    def _integration(self, request: Request, key: tuple[str, ...]) -> Response:
        if request.method == "PUT":
            given = _json(request)
            mode: str = given.get("responseTransferMode", "BUFFERED")
            uri: str = given.get("uri", "")
            if ":lambda:path/" in uri and (mode == "STREAM") != (STREAMING_PATH in uri):
                return _refusal(
                    400,
                    "BadRequestException",
                    "responseTransferMode STREAM and the URI of response-streaming-invocations "
                    "belong together",
                )
            self._modes[key] = mode
        response = self._run(request)
        if request.method in ("GET", "PUT") and response.status_code < 300:
            mode = self._modes.get(key, "BUFFERED")
            response.set_data(json.dumps({**_json(response), "responseTransferMode": mode}))
        return response

    def _note(
        self, request: Request, region: str, found: re.Match[str], response: Response
    ) -> None:
        """Serve what a call has changed, and tell the address of the stage that it is about."""
        api_id, is_rest = found["api"], found[1] == "restapis"
        api = _apis("apigateway" if is_rest else "apigatewayv2", region).get(api_id)
        described = _json(response) if found["part"] else {}
        if is_rest and found["part"] == "/deployments" and request.method == "POST":
            self._deployed[api_id, described["id"]] = self._rest_methods(api_id, api)
        if request.method != "GET":
            self._serve(region, api_id, api, "REST" if is_rest else "HTTP")
        address = self._addresses.get((api_id, described.get("stageName", "")))
        if found["part"] == "/stages" and address is not None:
            is_default = described["stageName"] == "$default"
            url = address if is_default else address.removesuffix("/")
            response.headers[_INVOKE_URL_HEADER] = url

    def _rest_methods(self, api_id: str, api: Any) -> list[Method]:
        def streams(resource_id: str, http_method: str) -> bool:
            return self._modes.get((api_id, resource_id, http_method)) == "STREAM"

        resources = [resource.to_dict() for resource in api.resources.values()]
        return methods_of_rest_api(resources, streams, list(api.binaryMediaTypes))

    def _rest_stages(self, api: Any) -> dict[str, list[Method]]:
        return {
            stage.name: self._deployed[api.id, stage.deployment_id]
            for stage in api.stages.values()
            if (api.id, stage.deployment_id) in self._deployed
        }

    def _serve(self, region: str, api_id: str, api: Any, kind: Literal["REST", "HTTP"]) -> None:
        """Serve the stages of an API, and no others; the API is ``None`` once it is deleted."""
        stages: Mapping[str, list[Method]] = {}
        cors: Cors | None = None
        if api is not None and kind == "REST":
            stages = self._rest_stages(api)
        elif api is not None:
            stages, cors = _http_stages(api), _cors(api)
        for _, stage in [key for key in self._addresses if key[0] == api_id]:
            if stage not in stages:
                self._data_plane.close_front(f"{api_id}/{stage}")
                del self._addresses[api_id, stage]
        for stage, methods in stages.items():
            routes = Routes(methods, execution_arn(region, api_id, stage), self._version_for)
            self._addresses[api_id, stage] = self._data_plane.open_api(
                ApiRoute(api_id=api_id, stage=stage, kind=kind, target=routes.target, cors=cors)
            )


def _apis(service: str, region: str) -> dict[str, Any]:
    """Return moto's models of the APIs in a Region, by id."""
    return cast("Any", backends).get_backend(service)[ACCOUNT_ID][region].apis


def _http_stages(api: Any) -> dict[str, list[Method]]:
    """Return the stages that deploy every change themselves; the local AWS serves no others."""
    routes, integrations = (
        [described.to_json() for described in each.values()]
        for each in (api.routes, api.integrations)
    )
    methods = methods_of_http_api(routes, integrations)
    return {stage.name: methods for stage in api.stages.values() if stage.auto_deploy}


def _cors(api: Any) -> Cors | None:
    """Read the CORS configuration of an HTTP API, if it has one."""
    members: dict[str, Any] = api.cors_configuration or {}
    named: Any = {f"{name[:1].upper()}{name[1:]}": value for name, value in members.items()}
    return named or None


def _tag(api: Any, request: Request) -> Response:
    """Tag a REST API, or take tags from it."""
    if api is None:
        return _refusal(404, "NotFoundException", "Invalid API identifier specified")
    api.tags |= _json(request).get("tags", {})
    for key in request.args.getlist("tagKeys"):
        api.tags.pop(key, None)
    return Response(json.dumps({"tags": api.tags}), content_type="application/json")


def _json(message: Request | Response) -> dict[str, Any]:
    return json.loads(message.get_data() or b"{}")


def _refusal(status: int, code: str, message: str) -> Response:
    content, headers = json.dumps({"message": message}), {"x-amzn-errortype": code}
    return Response(content, status, headers, content_type="application/json")
