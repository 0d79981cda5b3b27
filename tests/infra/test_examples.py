"""The example program: the components in a program that is not ours, twice on one provider."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
import yaml

from infra.fronts.api import ApiArgs
from infra.fronts.function_url import FunctionUrl, FunctionUrlArgs
from infra.fronts.http_api import HttpApi
from infra.fronts.rest_api import RestApi
from infra.service import Service, ServiceArgs
from infra.settings import CorsSettings
from tests.infra.api_requests import assert_the_api_takes
from tests.infra.declared import ACCOUNT, REGION, Program, declare_by
from tests.infra.judged import unexplained

EXAMPLE = Path(__file__).parents[2] / "docs/examples/two-services"
FUNCTION = "aws:lambda/function:Function"
PROVIDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared-1a2b3c4"


@pytest.fixture(scope="module")
def two_services(wheel: None) -> Program:
    """Run the example as the engine does, with the defaults of its own Pulumi.yaml."""
    settings = yaml.safe_load((EXAMPLE / "Pulumi.yaml").read_text())["config"]
    config = {f"lmi-streaming:{key}": setting["default"] for key, setting in settings.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLE)
        return declare_by(lambda: runpy.run_path(str(EXAMPLE), run_name="__main__"), config)


def test_the_api_and_the_policy_pack_take_it(two_services: Program) -> None:
    assert_the_api_takes(two_services)
    assert unexplained(two_services, set()) == []


def test_both_functions_run_on_the_one_provider_in_the_one_network(two_services: Program) -> None:
    assert len(two_services.all("aws:ec2/vpc:Vpc")) == 1
    assert two_services.one("aws:lambda/capacityProvider:CapacityProvider").outputs["arn"] == (
        PROVIDER
    )
    functions = two_services.all(FUNCTION)
    assert {function.name for function in functions} == {"chat", "reports"}
    for function in functions:
        managed = function.inputs["capacityProviderConfig"]
        (settings,) = managed.values()
        assert settings["capacityProviderArn"] == PROVIDER


def test_each_service_has_its_own_size_role_and_log(two_services: Program) -> None:
    chat, reports = (two_services.named(FUNCTION, name).inputs for name in ("chat", "reports"))

    assert (chat["memorySize"], reports["memorySize"]) == (2048, 4096)
    assert chat["role"] != reports["role"]
    assert chat["loggingConfig"]["logGroup"] != reports["loggingConfig"]["logGroup"]


def test_both_depend_on_the_network(two_services: Program) -> None:
    endpoints = {endpoint.urn for endpoint in two_services.all("aws:ec2/vpcEndpoint:VpcEndpoint")}

    assert len(endpoints) == 4
    for function in two_services.all(FUNCTION):
        assert endpoints <= two_services.before(function)


def test_names_of_resources_are_unique(two_services: Program) -> None:
    urns = [resource.urn for resource in two_services.resources]

    assert len(urns) == len(set(urns))


def test_each_front_has_an_address(two_services: Program) -> None:
    assert two_services.outputs == {
        "chat_url": f"https://abc.lambda-url.{REGION}.on.aws/",
        "reports_url": f"https://abc.execute-api.{REGION}.amazonaws.com/live/",
        "capacity_provider_arn": PROVIDER,
    }


def chat(*, streams: bool) -> Service:
    args = ServiceArgs(
        region=REGION,
        architecture="x86_64",
        archive=Path(__file__),
        provider_arn=PROVIDER,
        streams=streams,
    )
    return Service("chat", args)


def http_api(service: Service) -> None:
    HttpApi("chat", ApiArgs(region=REGION, service=service))


def rest_api(service: Service) -> None:
    RestApi("chat", ApiArgs(region=REGION, service=service))


def function_url(service: Service) -> None:
    FunctionUrl("chat", FunctionUrlArgs(service=service))


@pytest.mark.parametrize(
    ("streams", "front"), [(True, http_api), (False, rest_api), (False, function_url)]
)
def test_a_front_refuses_a_service_with_another_invoke_mode(
    streams: bool, front: Callable[[Service], object]
) -> None:
    def program() -> None:
        front(chat(streams=streams))

    with pytest.raises(pulumi.RunError) as refused:
        declare_by(program, {})

    line = str(refused.value)
    assert line.startswith(f"service chat has streams={streams}, and a")
    assert f"Fix: ServiceArgs(streams={not streams})" in line


def test_a_rest_api_refuses_cors_which_it_would_ignore() -> None:
    cors = CorsSettings(origins=("https://app.example.com",))

    def program() -> None:
        RestApi("chat", ApiArgs(region=REGION, service=chat(streams=True), cors=cors))

    with pytest.raises(pulumi.RunError, match=r"RestApi chat has cors, .* Fix: leave cors out"):
        declare_by(program, {})
