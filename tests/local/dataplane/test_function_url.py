"""What callers of a function URL get, and what the function gets of them."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import PortBook
from local.execution_roles import role_variables
from tests.local.dataplane.harness import (
    NewPlane,
    deploy,
    deployment,
    open_url,
    status_of,
    url_id,
)


def echo(served: str, **request: Any) -> dict[str, Any]:
    response = httpx.request(request.pop("method", "GET"), f"{served}echo", **request)
    return response.raise_for_status().json()


class TestRequests:
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
    def test_method_path_query_and_body_arrive(self, served: str, method: str) -> None:
        response = httpx.request(
            method, f"{served}echo/a%20b?x=1&x=2&y=%C3%A9", content=b"\x00\xff"
        ).json()
        assert response["method"] == method
        assert response["path"] == "/echo/a%20b?x=1&x=2&y=%C3%A9"
        assert response["body"] == "\x00\xff"

    def test_headers_and_cookies_arrive(self, served: str) -> None:
        sent = [("X-Twice", "1"), ("X-Twice", "2"), ("Cookie", "a=1; b=2")]
        headers = echo(served, headers=sent)["headers"]
        assert headers["x-twice"] == "1,2"
        assert headers["cookie"].replace(" ", "") == "a=1;b=2"
        assert headers["host"] in served
        assert headers["x-forwarded-for"] == "127.0.0.1"

    def test_the_request_context_is_that_of_a_function_url(self, served: str) -> None:
        response = httpx.get(f"{served}echo", headers={"user-agent": "test"})
        context = json.loads(response.json()["headers"]["x-amzn-request-context"])
        assert context["requestId"] == response.headers["x-amzn-requestid"]
        assert context["accountId"] == "anonymous"
        assert context["http"] == {
            "method": "GET",
            "path": "/echo",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "test",
        }

    def test_the_invocation_has_an_id_a_deadline_and_an_arn(self, served: str) -> None:
        response = httpx.get(f"{served}echo")
        headers = response.json()["headers"]
        invocation = json.loads(headers["x-amzn-lambda-context"])
        context = json.loads(headers["x-amzn-request-context"])
        assert invocation["request_id"] == response.headers["x-amzn-requestid"]
        assert invocation["deadline"] == pytest.approx(context["timeEpoch"] + 60_000, abs=50_000)
        assert invocation["invoked_function_arn"].endswith(":function:streamer:live")
        assert headers["x-amzn-trace-id"].startswith("Root=1-")

    @pytest.mark.parametrize(
        ("size", "status"),
        [
            pytest.param(4 * 1024 * 1024, 200, id="fits as base64"),
            pytest.param(5 * 1024 * 1024, 413, id="exceeds 6 MB as base64"),
            pytest.param(8 * 1024 * 1024, 413, id="exceeds 6 MB"),
        ],
    )
    def test_a_request_has_at_most_six_megabytes(self, served: str, size: int, status: int) -> None:
        headers = {"content-type": "application/octet-stream"}
        response = httpx.post(served, content=bytes(size), headers=headers)
        assert response.status_code == status


class TestResponses:
    def test_status_headers_and_cookies_are_the_functions(self, served: str) -> None:
        response = httpx.get(f"{served}cookies")
        assert response.status_code == 201
        assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]
        assert response.headers["x-amzn-remapped-content-length"] == "5"
        assert response.headers["transfer-encoding"] == "chunked"
        assert len(response.headers.get_list("date")) == 1

    def test_head_has_headers_only(self, served: str) -> None:
        response = httpx.head(served)
        assert response.headers["content-type"] == "application/json"
        assert response.content == b""

    def test_a_response_without_content_has_no_body(self, served: str) -> None:
        response = httpx.get(f"{served}nothing")
        assert (response.status_code, response.content) == (204, b"")

    def test_a_function_without_a_response_is_a_502(
        self, plane: LocalDataPlane, function_zip: Path
    ) -> None:
        url = deploy(plane, deployment(function_zip))
        response = httpx.get(f"{url}exit")
        assert (response.status_code, response.text) == (502, "Internal Server Error")

    def test_a_url_without_a_version_is_a_503_with_the_reason(self, plane: LocalDataPlane) -> None:
        unqualified = httpx.get(open_url(plane, version=None))
        assert unqualified.status_code == 503
        assert "names no version of streamer" in unqualified.json()["Message"]
        undeployed = httpx.get(open_url(plane))
        assert undeployed.status_code == 503
        assert "$LATEST.PUBLISHED of streamer is not deployed" in undeployed.json()["Message"]


class TestAuthorization:
    @pytest.fixture
    def url(self, plane: LocalDataPlane, function_zip: Path) -> str:
        deploy(plane, deployment(function_zip))
        return open_url(plane, auth_type="AWS_IAM")

    def signed(self, url: str, **differing: str) -> dict[str, str]:
        """Sign a request as an SDK does; gives its headers."""
        using = {"key": "test", "secret": "test", "service": "lambda", "region": "eu-west-1"}
        using |= differing
        request: Any = AWSRequest("POST", url, data=b"body", headers={"x-own": "1"})
        credentials = Credentials(using["key"], using["secret"])
        signer: Any = SigV4Auth(credentials, using["service"], using["region"])
        signer.add_auth(request)
        return dict(request.headers.items())

    def test_a_signed_request_is_served_as_its_account(self, url: str) -> None:
        url += "echo/a%20b?y=%C3%A9&x=2&x=1"
        response = httpx.post(url, content=b"body", headers=self.signed(url))
        assert response.status_code == 200
        context = json.loads(response.json()["headers"]["x-amzn-request-context"])
        assert context["accountId"] == "123456789012"

    def test_another_function_is_served_with_the_keys_of_its_role(self, url: str) -> None:
        role = role_variables("arn:aws:iam::123456789012:role/caller", "caller", "eu-west-1")
        keys = {"key": role["AWS_ACCESS_KEY_ID"], "secret": role["AWS_SECRET_ACCESS_KEY"]}
        response = httpx.post(url, content=b"body", headers=self.signed(url, **keys))
        assert response.status_code == 200

    @pytest.mark.parametrize(
        ("credentials", "message"),
        [
            pytest.param({"secret": "wrong"}, "signature we calculated", id="other secret"),
            pytest.param({"key": "other"}, "security token included", id="other key"),
            pytest.param({"service": "execute-api"}, "correct service", id="other service"),
            pytest.param({"region": "us-east-2"}, "not 'us-east-2'", id="other Region"),
        ],
    )
    def test_a_request_signed_otherwise_is_forbidden(
        self, url: str, credentials: dict[str, str], message: str
    ) -> None:
        response = httpx.post(url, content=b"body", headers=self.signed(url, **credentials))
        assert response.status_code == 403
        assert message in response.json()["Message"]

    def test_a_changed_body_is_forbidden(self, url: str) -> None:
        response = httpx.post(url, content=b"other", headers=self.signed(url))
        assert response.status_code == 403

    def test_an_unsigned_request_is_forbidden(self, url: str) -> None:
        response = httpx.get(url)
        assert (response.status_code, response.json()) == (403, {"Message": "Forbidden"})


class TestPorts:
    @pytest.fixture
    def ports(self, tmp_path: Path) -> PortBook:
        return PortBook(tmp_path / "ports.json")

    def test_urls_that_are_created_again_keep_their_ports_across_restarts(
        self, ports: PortBook, new_plane: NewPlane
    ) -> None:
        first = new_plane(ports=ports)
        urls = [open_url(first, name) for name in ("one", "two")]
        first.stop()
        second = new_plane(ports=ports)
        assert [open_url(second, name) for name in ("other", "another")] == urls

    def test_a_closed_url_is_no_longer_served_and_its_port_is_free_for_the_next(
        self, ports: PortBook, new_plane: NewPlane
    ) -> None:
        plane = new_plane(ports=ports)
        url, beside = open_url(plane), open_url(plane, "beside")
        assert status_of(url) == 503
        plane.close_front(url_id())
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)
        plane.close_front("never-opened")
        assert open_url(plane, "another") == url
        assert open_url(plane, "beside") == beside

    def test_changing_a_url_keeps_its_address(
        self, new_plane: NewPlane, function_zip: Path
    ) -> None:
        plane = new_plane()
        deploy(plane, deployment(function_zip))
        url = open_url(plane)
        assert status_of(url) == 200
        assert open_url(plane, auth_type="AWS_IAM") == url
        assert status_of(url) == 403
