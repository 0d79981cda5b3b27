"""Components register their arguments, so that packs and ``pulumi stack export`` show them."""

import pulumi
import pytest

from infra.service import Service, ServiceArgs
from infra.settings import FunctionSettings
from tests.infra.declared import REGION, Program, declare, declare_by

PREFIX = "lmi-streaming:infra:"


@pytest.fixture(scope="module")
def default() -> Program:
    return declare(observability=True, nat=True, maxVcpu=24)


def test_every_component_registers_what_it_was_given(default: Program) -> None:
    components = [each for each in default.resources if each.type.startswith(PREFIX)]

    assert {each.type.removeprefix(PREFIX) for each in components} >= {"Network", "Nat", "Service"}
    assert [each.type for each in components if not each.inputs] == []


def test_settings_are_as_they_were_given(default: Program) -> None:
    inputs = default.one(f"{PREFIX}Capacity").inputs

    assert inputs["region"] == REGION
    assert inputs["architecture"] == "x86_64"
    assert inputs["settings"]["maxVcpu"] == 24


def test_nothing_waits_for_other_resources(default: Program) -> None:
    assert "providerArn" not in default.one(f"{PREFIX}Service").inputs
    assert "subnetIds" not in default.one(f"{PREFIX}Capacity").inputs


def test_a_secret_is_not_among_them() -> None:
    def service() -> None:
        password = pulumi.Output.secret("hush")
        function = FunctionSettings(environment={"PASS": password, "MODE": "fast"})
        args = ServiceArgs(
            region=REGION,
            architecture="arm64",
            archive=pulumi.FileArchive(__file__),
            provider_arn=pulumi.Output.from_input("arn"),
            function=function,
        )
        Service("chat", args)

    inputs = declare_by(service, {}).one(f"{PREFIX}Service").inputs

    assert inputs["function"]["environment"] == {"MODE": "fast"}
    assert "archive" not in inputs
