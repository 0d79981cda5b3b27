"""Whom the provider serves: each engine by its own configuration, changes for one stack alone."""

import json
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from local import provider
from local.provider import ProviderServer
from tests.local.provider.engine import LOCAL_STACK, FakeEngine, refusal
from tests.local.provider.samples import LOG_GROUP, VPC

Inputs = dict[str, dict[str, Any]]


@pytest.mark.parametrize(
    "accounts",
    [
        pytest.param(None, id="unset"),
        pytest.param(["210987654321"], id="another account"),
        pytest.param(["123456789012", "210987654321"], id="the local account among others"),
        pytest.param([], id="none"),
    ],
)
def test_no_other_stack_is_changed(
    served: ProviderServer, inputs: Inputs, accounts: list[str] | None
) -> None:
    config = {"region": "us-east-1"}
    if accounts is not None:
        config["allowedAccountIds"] = json.dumps(accounts)
    other = FakeEngine(served.port, config)
    local = FakeEngine(served.port)
    mine = local.deploy(VPC, inputs[VPC])
    for change in (
        lambda: other.deploy(VPC, inputs[VPC]),
        lambda: other.update(mine, {**inputs[VPC], "enableDnsHostnames": True}),
        lambda: other.destroy(mine),
    ):
        said = refusal(change)
        assert "this is the local AWS" in said
        assert 'must be exactly ["123456789012"]' in said
        assert "is not set" in said if accounts is None else json.dumps(accounts) in said
        assert "unset PULUMI_DEBUG_PROVIDERS" in said
    assert local.refresh(mine) == mine


def test_any_stack_may_be_previewed(served: ProviderServer, inputs: Inputs) -> None:
    other = FakeEngine(served.port, {"region": "eu-west-1"})
    assert other.preview(VPC, inputs[VPC])["region"] == "eu-west-1"
    vpc = FakeEngine(served.port).deploy(VPC, inputs[VPC])
    assert other.diff(vpc, {**inputs[VPC], "enableDnsHostnames": True}).diffs
    assert other.preview_update(vpc, {**inputs[VPC], "enableDnsHostnames": True})["id"] == vpc.id


def test_engines_that_run_at_the_same_time_keep_their_own_configuration(
    served: ProviderServer, inputs: Inputs
) -> None:
    first = FakeEngine(served.port, {**LOCAL_STACK, "region": "us-west-2"})
    second = FakeEngine(served.port, {"region": "eu-west-1"})
    assert first.check(VPC, inputs[VPC])["region"] == "us-west-2"
    assert second.check(VPC, inputs[VPC])["region"] == "eu-west-1"
    assert first.deploy(VPC, inputs[VPC]).outputs["arn"].startswith("arn:aws:ec2:us-west-2:")


def test_the_last_configuration_of_an_engine_counts(served: ProviderServer, inputs: Inputs) -> None:
    engine = FakeEngine(served.port, {"region": "us-west-2"})
    engine.configure({"region": "us-east-2"})
    assert engine.check(VPC, inputs[VPC])["region"] == "us-east-2"


def test_an_engine_that_did_not_configure_is_refused(served: ProviderServer) -> None:
    engine = FakeEngine(served.port, None)
    assert "has not configured the provider" in refusal(lambda: engine.check(LOG_GROUP, {}))


def test_without_a_region_the_configuration_is_refused(
    served: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    answer = FakeEngine(served.port, None).stub.CheckConfig(provider_pb2.CheckRequest())
    assert [failure.reason for failure in answer.failures] == [
        "no region is set, and the provider needs one; "
        "set it with `pulumi config set aws:region us-east-1`"
    ]


def test_the_region_of_the_environment_is_the_fallback(
    served: ProviderServer, inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert FakeEngine(served.port, {}).check(VPC, inputs[VPC])["region"] == "eu-central-1"


def test_the_protocol_is_agreed_on(served: ProviderServer) -> None:
    engine = FakeEngine(served.port, None)
    handshake = engine.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    configured = engine.configure(LOCAL_STACK)
    assert engine.stub.GetPluginInfo(Empty()).version == "7.51.1"
    assert handshake.accept_secrets
    assert handshake.supports_autonaming_configuration
    assert configured.acceptSecrets
    assert configured.supportsPreview


def test_optional_calls_are_unimplemented(served: ProviderServer) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        FakeEngine(served.port).stub.GetMapping(provider_pb2.GetMappingRequest())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_taken_port_is_refused_and_a_stopped_provider_frees_its_own(
    unreachable_aws: str,
) -> None:
    first = provider.start(unreachable_aws)
    with pytest.raises(RuntimeError):
        provider.start(unreachable_aws, first.port)
    first.stop()
    second = provider.start(unreachable_aws, first.port)
    assert second.port == first.port
    second.stop()
