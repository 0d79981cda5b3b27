"""The pack's own server answers as the SDK's ``PolicyPack`` would, over the engine's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy.deserialize import SPECIAL_ARCHIVE_SIG, SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from testing.policies.served import ServedPack, of_resource, of_stack, served
from testing.policies.support import ALIAS, FUNCTION, UNKNOWN, URL, Res, function_inputs, provider
from testing.project import PACK
from tests.policies.conftest import ROOT
from tests.policies.networks import closed, without, written
from tests.policies.stacks import function, sized

if TYPE_CHECKING:
    from collections.abc import Generator

MEM_06 = "mem-06-exact-ratio-multiple"
CON_02 = "con-02-at-most-64-per-vcpu"
CON_11 = "con-11-file-descriptors-for-each-request"
PUB_08 = "pub-08-alias-on-published-code"

UNDER_THE_SDK = f"""
import sys

sys.path.insert(0, {str(ROOT)!r})

from pulumi_policy import PolicyPack
from policies.lmi.serving.pack import PACK_NAME
from tests.policies.sdk_pack import sdk_policies

PolicyPack(name=PACK_NAME, policies=sdk_policies())
"""

SECRET = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": "hunter2"}
ARCHIVE = {SPECIAL_SIG_KEY: SPECIAL_ARCHIVE_SIG, "path": "function.zip"}


def config(level: protocol.EnforcementLevel.ValueType, **settings: Any) -> protocol.PolicyConfig:
    properties = Struct()
    properties.update(settings)
    return protocol.PolicyConfig(enforcementLevel=level, properties=properties)


STACKS = {
    "nothing is wrong": [function(), provider()],
    "one function, three mistakes": [sized(6144, 4, 129, publish=False)],
    "mistakes in another alias and its URL": [
        Res(ALIAS, "live", {"functionName": "api", "functionVersion": "$LATEST"}),
        Res(URL, "url", {"functionName": "api", "qualifier": "$LATEST", "invokeMode": "BUFFERED"}),
        function(),
    ],
    "a network with no way to the logs": written(without(closed(), "logs"), first_preview=False),
    "the same before ids are known": written(without(closed(), "logs"), first_preview=True),
    "providers of one name": [provider("one", name="pool"), provider("two", name="pool")],
    "an unknown size": [sized(UNKNOWN, 4), sized(6144, 4, name=UNKNOWN)],
    "secrets and assets": [
        function(environment={"variables": {"API_TOKEN": SECRET}}, code=ARCHIVE, memorySize=1024)
    ],
    "ignored changes": [Res(FUNCTION, "api", function_inputs(), ignore_changes=("publish",))],
    "types that no policy looks at": [
        Res("aws:s3/bucket:Bucket", "files", {"bucket": "files", "versioning": SECRET}),
        Res("pulumi:providers:aws", "aws", {"region": UNKNOWN}),
    ],
}

CONFIGURATIONS = {
    "nothing": {},
    "levels": {
        MEM_06: config(protocol.DISABLED),
        CON_02: config(protocol.REMEDIATE),
        PUB_08: config(protocol.ADVISORY),
    },
    "thresholds and exemptions": {
        CON_11: config(protocol.MANDATORY, fileDescriptorsPerRequest=1000),
        MEM_06: config(protocol.MANDATORY, exemptions=[{"resource": "a*", "reason": "a trial"}]),
        PUB_08: config(protocol.MANDATORY, exemptions=[{"resource": "live", "reason": "a trial"}]),
        CON_02: config(protocol.ADVISORY, misspelt=1),
    },
}


class Servers(NamedTuple):
    """The same policies, served in two ways."""

    own: ServedPack
    sdk: ServedPack


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Generator[Servers]:
    folder = tmp_path_factory.mktemp("sdk")
    (folder / "__main__.py").write_text(UNDER_THE_SDK)
    with served(PACK) as own, served(folder) as sdk:
        yield Servers(own, sdk)


def test_both_servers_describe_the_pack_alike(servers: Servers) -> None:
    own: protocol.AnalyzerInfo = servers.own.analyzer.GetAnalyzerInfo(Empty())
    assert own == servers.sdk.analyzer.GetAnalyzerInfo(Empty())
    assert own.supportsConfig
    assert own.policies


@pytest.mark.parametrize("wanted", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
@pytest.mark.parametrize("resources", STACKS.values(), ids=STACKS)
def test_both_servers_report_the_same_violations(
    servers: Servers, resources: list[Res], wanted: dict[str, protocol.PolicyConfig]
) -> None:
    own, sdk = (_verdicts(server, resources, wanted) for server in servers)
    assert own == sdk


def test_the_compared_stacks_have_violations(servers: Servers) -> None:
    one, stack = _verdicts(servers.own, STACKS["one function, three mistakes"], {})
    assert {found.policyName for found in one.diagnostics} >= {MEM_06, CON_02}
    assert stack.diagnostics


def test_a_type_that_no_rule_reads_is_not_deserialized(servers: Servers) -> None:
    unreadable = {SPECIAL_SIG_KEY: "a signature that nobody knows"}
    bucket = Res("aws:s3/bucket:Bucket", "files", {"bucket": unreadable})
    assert not any(answer.diagnostics for answer in _verdicts(servers.own, [bucket], {}))


def test_nothing_is_changed(servers: Servers) -> None:
    answer = servers.own.analyzer.Remediate(of_resource(sized(6144, 4)))
    assert answer == protocol.RemediateResponse()


def _verdicts(
    server: ServedPack, resources: list[Res], wanted: dict[str, protocol.PolicyConfig]
) -> list[protocol.AnalyzeResponse]:
    server.analyzer.Configure(protocol.ConfigureAnalyzerRequest(policyConfig=wanted))
    return [
        *(server.analyzer.Analyze(of_resource(resource)) for resource in resources),
        server.analyzer.AnalyzeStack(of_stack(resources)),
    ]
