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
        call = _Call(self._moto, environ, region)
        with self._lock:
            return self._respond(call)(environ, start)

    def _respond(self, call: "_Call") -> Response:
        if call.brings_a_document:
            return _refusal(
                501,
                "NotImplementedException",
                "The local AWS does not import APIs from OpenAPI documents.",
            )
        if (integration := _INTEGRATION.fullmatch(call.path)) is not None:
            return self._integration(call, integration.groups())
        if (tagged := _TAGS_OF_REST_API.fullmatch(call.path)) is not None:
            return self._tag_rest_api(call, tagged["api"])
        response = call.run()
        if response.status_code < 300 and (found := _API.fullmatch(call.path)) is not None:
            self._note(call, found["api"], found["part"], response)
        return response

    def _integration(self, call: "_Call", key: tuple[str, ...]) -> Response:
        if call.method == "PUT":
            mode: str = call.document.get("responseTransferMode", "BUFFERED")
            uri: str = call.document.get("uri", "")
            if ":lambda:path/" in uri and (mode == "STREAM") != (STREAMING_PATH in uri):
                return _refusal(
                    400,
                    "BadRequestException",
                    "responseTransferMode STREAM and the URI of response-streaming-invocations "
                    "belong together",
                )
            self._modes[key] = mode
        response = call.run()
        if call.method in ("GET", "PUT") and response.status_code < 300:
            described = json.loads(response.get_data())
            response.set_data(
                json.dumps({**described, "responseTransferMode": self._modes.get(key, "BUFFERED")})
            )
        return response

    def _tag_rest_api(self, call: "_Call", api_id: str) -> Response:
        api = _apis("apigateway", call.region).get(api_id)
        if api is None:
            return _refusal(404, "NotFoundException", "Invalid API identifier specified")
        api.tags |= call.document.get("tags", {})
        for key in call.args.getlist("tagKeys"):
            api.tags.pop(key, None)
        return Response(json.dumps({"tags": api.tags}), content_type="application/json")

    def _note(self, call: "_Call", api_id: str, part: str | None, response: Response) -> None:
        is_rest = call.path.startswith("/restapis/")
        if is_rest and part == "/deployments" and call.method == "POST":
            deployment = json.loads(response.get_data())["id"]
            self._deployed[api_id, deployment] = self._rest_methods(call.region, api_id)
        changes_something = call.method != "GET"
        if changes_something and is_rest:
            self._serve(call.region, api_id, "REST", self._rest_stages(call.region, api_id))
        elif changes_something:
            api = _apis("apigatewayv2", call.region).get(api_id)
            stages, cors = ({}, None) if api is None else (_http_stages(api), _cors(api))
            self._serve(call.region, api_id, "HTTP", stages, cors)
        if part == "/stages":
            self._tell_address(api_id, response)

    def _rest_methods(self, region: str, api_id: str) -> list[Method]:
        def streams(resource_id: str, http_method: str) -> bool:
            return self._modes.get((api_id, resource_id, http_method)) == "STREAM"

        api = _apis("apigateway", region)[api_id]
        resources = [resource.to_dict() for resource in api.resources.values()]
        return methods_of_rest_api(resources, streams, list(api.binaryMediaTypes))

    def _rest_stages(self, region: str, api_id: str) -> dict[str, list[Method]]:
        api = _apis("apigateway", region).get(api_id)
        return {
            stage.name: self._deployed[api_id, stage.deployment_id]
            for stage in (api.stages.values() if api is not None else ())
            if (api_id, stage.deployment_id) in self._deployed
        }

    def _serve(
        self,
        region: str,
        api_id: str,
        kind: Literal["REST", "HTTP"],
        stages: Mapping[str, list[Method]],
        cors: Cors | None = None,
    ) -> None:
        for api, stage in [key for key in self._addresses if key[0] == api_id]:
            if stage not in stages:
                self._data_plane.close_front(f"{api}/{stage}")
                del self._addresses[api, stage]
        for stage, methods in stages.items():
            routes = Routes(methods, execution_arn(region, api_id, stage), self._version_for)
            self._addresses[api_id, stage] = self._data_plane.open_api(
                ApiRoute(api_id=api_id, stage=stage, kind=kind, target=routes.target, cors=cors)
            )

    def _tell_address(self, api_id: str, response: Response) -> None:
        described = json.loads(response.get_data() or b"{}")
        stage = described.get("stageName", "")
        if (address := self._addresses.get((api_id, stage))) is not None:
            url = address if stage == "$default" else address.removesuffix("/")
            response.headers[_INVOKE_URL_HEADER] = url


class _Call(Request):
    """One call of an operation, which moto carries out."""

    def __init__(self, moto: WSGIApplication, environ: WSGIEnvironment, region: str) -> None:
        super().__init__(environ)
        self._moto = moto
        self.region = region

    @property
    def document(self) -> dict[str, Any]:
        """The request's body, read as JSON."""
        return json.loads(self.get_data() or b"{}")

    @property
    def brings_a_document(self) -> bool:
        """Whether the request imports an API from an OpenAPI document."""
        put = self.method == "PUT" and re.fullmatch(r"/(restapis/[^/]+|v2/apis.*)", self.path)
        return bool(put) or self.args.get("mode") == "import"

    def run(self) -> Response:
        """Make moto execute the call."""
        body = {"wsgi.input": BytesIO(self.get_data())}
        return Response.from_app(self._moto, {**self.environ, **body})


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
    named = {f"{name[:1].upper()}{name[1:]}": value for name, value in members.items()}
    return Cors.from_api(named) if named else None


def _refusal(status: int, code: str, message: str) -> Response:
    return Response(
        json.dumps({"message": message}),
        status=status,
        content_type="application/json",
        headers=[("x-amzn-errortype", code)],
    )
