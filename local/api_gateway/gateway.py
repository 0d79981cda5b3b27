"""API Gateway's control plane: a thin layer over moto that sees every call and its result.

From the calls that succeed it knows the stages, which the data plane then serves. A REST API is
served as it was last deployed, an HTTP API as it is now. moto does not know response streaming, so
transfer modes are stored, checked and returned here; it does not update the tags of a REST API
either, so updated tags are stored here.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Literal
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

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

INVOKE_URL_HEADER = "x-local-aws-invoke-url"
"""Member of answers about a stage with its local address, which AWS derives from id and Region."""

_INTEGRATION = re.compile(
    r"/restapis/(?P<api>[^/]+)/resources/(?P<resource>[^/]+)/methods/(?P<method>[^/]+)/integration"
)
_REST_API = re.compile(r"/restapis/(?P<api>[^/]+)(?P<part>/deployments|/stages)?(?:/(?P<name>.+))?")
_TAGS_OF_REST_API = re.compile(r"/tags/arn:[^/]+::/restapis/(?P<api>[^/]+)")
_HTTP_API = re.compile(r"/v2/apis/(?P<api>[^/]+)(?P<part>/stages)?(?:/(?P<name>.+))?")

Key = tuple[str, ...]


class ApiGateway:
    """The API of API Gateway, for every region.

    Parameters
    ----------
    moto
        Stores the APIs.
    version_for
        Returns the version that a function's ARN in an integration means.
    data_plane
        Serves the stages.
    """

    def __init__(
        self, moto: WSGIApplication, version_for: VersionForApi, data_plane: LocalDataPlane
    ) -> None:
        self._moto = moto
        self._version_for = version_for
        self._data_plane = data_plane
        self._modes: dict[Key, str] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._deployed: dict[Key, list[Method]] = {}
        self._addresses: dict[Key, str] = {}
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
        if response.status_code >= 300:
            return response
        if (rest_api := _REST_API.fullmatch(call.path)) is not None:
            self._note_rest_api(call, rest_api, response)
        elif (http_api := _HTTP_API.fullmatch(call.path)) is not None:
            self._note_http_api(call, http_api, response)
        return response

    def _integration(self, call: "_Call", key: Key) -> Response:
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
        if api_id not in self._tags:
            api = call.ask(f"/restapis/{api_id}")
            if "id" not in api:
                return _refusal(404, "NotFoundException", "Invalid API identifier specified")
            self._tags[api_id] = api.get("tags") or {}
        tags = self._tags[api_id]
        tags |= call.document.get("tags", {})
        for key in call.queried("tagKeys"):
            tags.pop(key, None)
        return Response(json.dumps({"tags": tags}), content_type="application/json")

    def _note_rest_api(self, call: "_Call", found: re.Match[str], response: Response) -> None:
        api_id = found["api"]
        gone = _deletes_api(call, found)
        if found["part"] == "/deployments" and call.method == "POST":
            deployment = json.loads(response.get_data())["id"]
            self._deployed[api_id, deployment] = self._rest_methods(call, api_id)
        if call.changes_something:
            stages: list[dict[str, Any]] = (
                [] if gone else call.ask(f"/restapis/{api_id}/stages")["item"]
            )
            self._serve(
                call.region,
                api_id,
                "REST",
                {
                    stage["stageName"]: self._deployed[api_id, stage["deploymentId"]]
                    for stage in stages
                    if (api_id, stage["deploymentId"]) in self._deployed
                },
            )
        if found["part"] == "/stages":
            self._tell_address(api_id, response)
        elif _is_whole(found) and not gone:
            self._tell_tags(api_id, response)

    def _rest_methods(self, call: "_Call", api_id: str) -> list[Method]:
        def streams(resource_id: str, http_method: str) -> bool:
            return self._modes.get((api_id, resource_id, http_method)) == "STREAM"

        resources = call.ask(f"/restapis/{api_id}/resources")["item"]
        binary = call.ask(f"/restapis/{api_id}").get("binaryMediaTypes") or ()
        return methods_of_rest_api(resources, streams, binary)

    def _note_http_api(self, call: "_Call", found: re.Match[str], response: Response) -> None:
        api_id = found["api"]
        if call.changes_something:
            gone = _deletes_api(call, found)
            stages = {} if gone else _http_stages(call, api_id)
            cors = None if gone else _cors(call, api_id)
            self._serve(call.region, api_id, "HTTP", stages, cors)
        if found["part"] == "/stages":
            self._tell_address(api_id, response)

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
                self._data_plane.close_api(f"{api}/{stage}")
                del self._addresses[api, stage]
        for stage, methods in stages.items():
            routes = Routes(methods, execution_arn(region, api_id, stage), self._version_for)
            self._addresses[api_id, stage] = self._data_plane.open_api(
                ApiRoute(api_id=api_id, stage=stage, kind=kind, target=routes.target, cors=cors)
            )

    def _tell_address(self, api_id: str, response: Response) -> None:
        described = json.loads(response.get_data() or b"{}")
        address = self._addresses.get((api_id, described.get("stageName", "")))
        if address is not None:
            response.headers[INVOKE_URL_HEADER] = address

    def _tell_tags(self, api_id: str, response: Response) -> None:
        if api_id in self._tags:
            described = json.loads(response.get_data())
            response.set_data(json.dumps({**described, "tags": self._tags[api_id]}))


class _Call:
    """One call of an operation, which moto carries out."""

    def __init__(self, moto: WSGIApplication, environ: WSGIEnvironment, region: str) -> None:
        self._moto = moto
        self._environ = environ
        self.region = region
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self._body = environ["wsgi.input"].read(length)

    @property
    def document(self) -> dict[str, Any]:
        """The request's body, read as JSON."""
        return json.loads(self._body or b"{}")

    @property
    def brings_a_document(self) -> bool:
        """Whether the request imports an API from an OpenAPI document."""
        put = self.method == "PUT" and re.fullmatch(r"/(restapis/[^/]+|v2/apis.*)", self.path)
        return bool(put) or "mode=import" in self._environ.get("QUERY_STRING", "")

    @property
    def changes_something(self) -> bool:
        """Whether the call changes an API."""
        return self.method != "GET"

    def queried(self, name: str) -> list[str]:
        """Return the values of a name in the query."""
        query = parse_qsl(self._environ.get("QUERY_STRING", ""))
        return [value for other, value in query if other == name]

    def run(self) -> Response:
        """Make moto execute the call."""
        return Response.from_app(self._moto, {**self._environ, "wsgi.input": BytesIO(self._body)})

    def ask(self, path: str) -> Any:
        """Read something else from moto for the same caller."""
        headers: list[tuple[str, str]] = [("Authorization", self._environ["HTTP_AUTHORIZATION"])]
        environ = EnvironBuilder(path=path, headers=headers).get_environ()
        return json.loads(Response.from_app(self._moto, environ).get_data())


def _is_whole(found: re.Match[str]) -> bool:
    """Return whether a path is that of a whole API, and not of a part of it."""
    return found["part"] is None and found["name"] is None


def _deletes_api(call: _Call, found: re.Match[str]) -> bool:
    return call.method == "DELETE" and _is_whole(found)


def _http_stages(call: _Call, api_id: str) -> dict[str, list[Method]]:
    """Return the stages that deploy every change themselves; the local AWS serves no others."""

    def items(part: str) -> list[dict[str, Any]]:
        return call.ask(f"/v2/apis/{api_id}/{part}")["items"]

    methods = methods_of_http_api(items("routes"), items("integrations"))
    return {stage["stageName"]: methods for stage in items("stages") if stage.get("autoDeploy")}


def _cors(call: _Call, api_id: str) -> Cors | None:
    """Read the CORS configuration of an HTTP API, if it has one."""
    members: dict[str, Any] = call.ask(f"/v2/apis/{api_id}")["corsConfiguration"] or {}
    named = {f"{name[:1].upper()}{name[1:]}": value for name, value in members.items()}
    return Cors.from_api(named) if named else None


def _refusal(status: int, code: str, message: str) -> Response:
    return Response(
        json.dumps({"message": message}),
        status=status,
        content_type="application/json",
        headers=[("x-amzn-errortype", code)],
    )
