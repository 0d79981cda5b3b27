"""The proxy of ``make open``: it signs for this machine, and for nobody who comes through it."""

import re
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import boto3
import httpx
import pytest
import uvicorn

from local.account import ACCESS_KEY, SECRET_KEY
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import listen, port_of, reserve_port
from local.local_aws import LocalAws
from local.workspace import Workspace
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import (
    MemoryLogs,
    build_zip,
    deploy,
    deployment,
    open_url,
)
from tests.waiting import wait_until
from tools import open as command, stack
from tools.open import create_proxy
from tools.stack import Stack, StackError


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Generator[LocalDataPlane]:
    with running(tmp_path_factory.mktemp("plane"), MemoryLogs()) as plane:
        yield plane


@pytest.fixture(scope="module")
def closed_url(plane: LocalDataPlane, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a function URL that demands a signature."""
    deploy(plane, deployment(build_zip(tmp_path_factory.mktemp("zip") / "function.zip")))
    return open_url(plane, auth_type="AWS_IAM")


@pytest.fixture(scope="module")
def proxy(closed_url: str) -> Generator[str]:
    with serving(target(closed_url)) as url:
        yield url


def target(url: str, *, secret_key: str = SECRET_KEY) -> Stack:
    return Stack({"url": url}, {}, boto3.Session(ACCESS_KEY, secret_key, region_name="eu-west-1"))


@contextmanager
def serving(target: Stack) -> Generator[str]:
    with listen() as listener:
        port = port_of(listener)
        server = uvicorn.Server(uvicorn.Config(create_proxy(target, port), log_level="critical"))
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
        thread.join()


def test_without_it_the_url_is_closed(closed_url: str) -> None:
    assert httpx.get(closed_url).status_code == 403


@pytest.mark.parametrize("path", ["echo", "echo/a%20b%2Fc/é:$?q=a%26b&q=%C3%A9&empty=", "echo//x"])
def test_every_path_is_signed_as_it_is(proxy: str, path: str) -> None:
    response = httpx.get(f"{proxy}{path}")

    assert response.status_code == 200, response.text
    assert response.json()["path"] == httpx.URL(f"{proxy}{path}").raw_path.decode()


def test_bodies_arrive_as_they_are(proxy: str) -> None:
    response = httpx.post(f"{proxy}echo", content=bytes(range(256)))

    assert response.status_code == 200, response.text


def test_the_address_takes_connections_when_it_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        (port,) = re.findall(r"http://127\.0\.0\.1:(\d+)/$", capsys.readouterr().out, re.MULTILINE)
        socket.create_connection(("127.0.0.1", int(port))).close()
        calls.append(server)

    def found(_: str) -> Stack:
        return target("https://closed.example/")

    calls: list[uvicorn.Server] = []
    monkeypatch.setattr("sys.argv", ["open", "dev"])
    monkeypatch.setattr(command, "find", found)
    monkeypatch.setattr(uvicorn.Server, "run", serve)

    assert command.main() == 0
    assert calls


def test_callers_own_authorization_is_not_passed_on(proxy: str) -> None:
    response = httpx.get(f"{proxy}echo", headers={"authorization": "Bearer of someone"})

    assert response.status_code == 200, response.text


def test_a_refusal_of_aws_is_passed_on(closed_url: str) -> None:
    with serving(target(closed_url, secret_key="wrong")) as url:
        response = httpx.get(url)

    assert response.status_code == 403
    assert "signature" in response.text


def test_a_front_that_is_not_there_is_told() -> None:
    with (
        reserve_port() as closed,
        serving(target(f"http://127.0.0.1:{port_of(closed)}/")) as url,
    ):
        response = httpx.get(url)

    assert (response.status_code, "does not answer" in response.text) == (502, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example.com"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"origin": "https://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_other_hosts_and_origins_are_refused(
    proxy: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.post(f"{proxy}echo", headers=headers).status_code == status


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_origin_is_served(proxy: str, name: str) -> None:
    host = f"{name}:{httpx.URL(proxy).port}"
    headers = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}

    assert httpx.post(f"{proxy}echo", headers=headers).status_code == 200


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a script that takes the place of the Pulumi CLI."""
    monkeypatch.setattr(stack, "TOOLS", tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    script = tmp_path / "pulumi"
    script.touch(mode=0o755)
    return script


def answers(script: Path, outputs: str, config: str = "{}") -> None:
    script.write_text(f"#!/bin/sh\ntest $1 = stack && echo '{outputs}' || echo '{config}'\n")


@pytest.mark.parametrize(
    ("front", "service"), [("url", "lambda"), ("rest", "execute-api"), ("http", "execute-api")]
)
def test_requests_are_signed_for_the_stacks_front_and_region(
    pulumi: Path, front: str, service: str
) -> None:
    config = (
        f'{{"aws:region": {{"value": "eu-west-1"}}, "lmi-streaming:front": {{"value": "{front}"}}}}'
    )
    answers(pulumi, '{"url": "https://x.on.aws/"}', config)

    found = stack.find("dev")

    signed = found.sign("GET", "https://x.on.aws/")
    assert signed["host"] == "x.on.aws"
    assert re.search(rf"Credential=mine/\d+/eu-west-1/{service}/", signed["Authorization"])


def test_a_stack_that_is_not_up_is_told(pulumi: Path) -> None:
    answers(pulumi, "{}")

    with pytest.raises(StackError, match=r"no output url\. Fix: pulumi up --stack dev"):
        stack.find("dev")


def test_a_stack_that_pulumi_does_not_know_is_told(pulumi: Path) -> None:
    pulumi.write_text("#!/bin/sh\necho 'error: no stack named dev found' >&2; exit 255\n")

    with pytest.raises(StackError, match="no stack named dev found"):
        stack.find("dev")


def test_a_local_stack_that_is_not_up_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMI_LOCAL_DIR", str(tmp_path))

    with pytest.raises(StackError, match="The local stack is not up"):
        stack.find("local")


def test_missing_credentials_are_told(pulumi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(pulumi, '{"url": "https://x.on.aws/"}')
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(StackError, match="no AWS credentials"):
        stack.find("dev")


def test_a_profile_that_does_not_exist_is_told(
    pulumi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(pulumi, '{"url": "https://x.on.aws/"}')
    monkeypatch.setenv("AWS_PROFILE", "nowhere")

    with pytest.raises(StackError, match=r"profile \(nowhere\) could not be found.*Fix: mend it"):
        stack.find("dev")


def test_the_local_stack_needs_no_profile(
    pulumi: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(pulumi, '{"url": "http://127.0.0.1:1/"}', '{"aws:region": {"value": "us-east-1"}}')
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    monkeypatch.setenv("LMI_LOCAL_DIR", str(tmp_path))
    with listen() as provider:
        instance = LocalAws.of_this_process("http://127.0.0.1:1", port_of(provider))
        instance.write(Workspace(tmp_path))

        found = stack.find("local")

    assert found.session.get_credentials().access_key == ACCESS_KEY
