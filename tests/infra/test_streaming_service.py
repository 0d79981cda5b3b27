"""``StreamingService``, the component for programs in every Pulumi language."""

import json
import runpy
import sys
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pulumi_aws
import pytest

from infra.streaming_service import StreamingService
from tests.infra.api_requests import assert_the_api_takes
from tests.infra.declared import Program, declare_by
from tests.infra.judged import unexplained
from tools.pages import streaming_service
from tools.pages.__main__ import ROOT

if TYPE_CHECKING:
    from infra.streaming_service_args import StreamingServiceArgs

SERVICE = "lmi-streaming:index:StreamingService"
FUNCTION = "aws:lambda/function:Function"
CAPACITY_PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
PROVIDER_ARN = "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:shared"


NETWORK: dict[str, Any] = {"vpc_id": "vpc-0a", "security_group_ids": ["sg-0a"]}


def output(value: object) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def declared(name: str = "chat", **args: object) -> Program:
    """Run a program with one service; arguments that hold an output are functions."""

    def program() -> None:
        given = {name: value() if callable(value) else value for name, value in args.items()}
        service = StreamingService(name, cast("StreamingServiceArgs", given))
        pulumi.export("url", service.url)

    return declare_by(program, {})


def refusal(name: str = "chat", **args: object) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        declared(name, **args)
    return str(refused.value)


@pytest.fixture(scope="module")
def default() -> Program:
    return declared()


def test_the_api_and_the_policy_pack_take_it(default: Program) -> None:
    assert_the_api_takes(default)
    assert unexplained(default, set()) == []


def test_everything_belongs_to_it(default: Program) -> None:
    parts = [each for each in default.resources if each.type.startswith("lmi-streaming:infra:")]

    assert default.one(SERVICE).parent == "pulumi:pulumi:Stack"
    assert {each.parent for each in parts} == {SERVICE, "lmi-streaming:infra:Network"}
    assert len(parts) == 5


def test_its_name_is_the_name_of_what_it_makes(default: Program) -> None:
    assert default.one(FUNCTION).name == "chat"
    assert default.outputs["url"].startswith("https://abc.lambda-url.")


def test_its_arguments_are_in_the_state_by_their_names_in_the_schema() -> None:
    inputs = declared(memory_mb=4096, url_callers=["123456789012"]).one(SERVICE).inputs

    assert inputs.keys() == {"memoryMb", "urlCallers"}
    assert inputs["memoryMb"] == 4096


def test_arguments_are_what_settings_are() -> None:
    function = declared(
        # The protocol of providers has floating-point numbers alone.
        memory_mb=4096.0,
        timeout_seconds=300.0,
        environment={"MODE": "fast"},
        architecture="arm64",
    ).one(FUNCTION)

    assert function.inputs["memorySize"] == 4096
    assert function.inputs["timeout"] == 300
    assert function.inputs["architectures"] == ["arm64"]
    assert function.inputs["environment"]["variables"]["MODE"] == "fast"


def test_a_folder_may_have_the_name_of_no_user() -> None:
    assert declared(app_folder="~nobody-here/chat").all(FUNCTION)


def test_an_argument_that_is_none_has_its_default() -> None:
    assert declared(memory_mb=None).one(FUNCTION).inputs["memorySize"] == 2048


def test_a_secret_variable_stays_secret_and_the_others_are_checked() -> None:
    function = declared(
        environment=lambda: {"PASS": pulumi.Output.secret("hush"), "MODE": "fast"}
    ).one(FUNCTION)

    assert "1b47061264138c4ac30d75fd1eb44270" in str(function.options["object"]["environment"])
    assert refusal(
        environment=lambda: {"PASS": pulumi.Output.secret("hush"), "MODE!": "fast"}
    ).startswith("environment has a variable 'MODE!'")


def test_it_runs_on_a_provider_of_another_service() -> None:
    program = declared(capacity_provider_arn=lambda: pulumi.Output.from_input(PROVIDER_ARN))

    assert program.all(CAPACITY_PROVIDER) == []
    assert program.all("aws:ec2/vpc:Vpc") == []
    assert PROVIDER_ARN in str(program.one(FUNCTION).inputs["capacityProviderConfig"])


def test_it_runs_in_a_network_of_another_component() -> None:
    program = declared(
        vpc_id=lambda: output("vpc-0a"),
        subnet_ids=lambda: [output("subnet-0a"), "subnet-0b"],
        security_group_ids=lambda: [output("sg-0a")],
    )

    assert program.all("aws:ec2/vpc:Vpc") == []
    network = program.one(CAPACITY_PROVIDER).inputs["vpcConfig"]
    assert network == {"subnetIds": ["subnet-0a", "subnet-0b"], "securityGroupIds": ["sg-0a"]}


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            {"architecture": "arm"},
            "architecture is 'arm'. Allowed: x86_64 or arm64. Fix: set architecture to x86_64",
        ),
        ({"memory_mb": 2048.5}, "memoryMb is '2048.5'. Allowed: a whole number."),
        ({"url_auth": "NONE"}, "Fix: set urlAuthReason to WHY, or set urlAuth to AWS_IAM"),
        ({"url_auth_reason": "demo"}, "urlAuthReason is set and would be ignored, because urlAuth"),
        ({"vpc_id": "vpc-0a"}, "Fix: set these too, or leave out vpcId"),
        ({"url_callers": ["me"]}, "Fix: set urlCallers[0] to 123456789012"),
        ({"url_callers": ["123456789012"] * 2}, "Fix: leave out urlCallers[1]"),
        (
            {"capacity_provider_arn": PROVIDER_ARN, "endpoints": ["sqs"]},
            "Fix: leave out endpoints, or leave out capacityProviderArn",
        ),
        (
            {"memory": 2048},
            "memory is no argument of StreamingService. Allowed: memory_mb, which is nearest.",
        ),
        ({"colour": 2048}, "colour is no argument of StreamingService. Allowed: app_folder, arch"),
        ({"name": "Chat"}, "name is 'Chat'. Allowed: 2 to 46 lower-case letters"),
        ({"archive": pulumi.FileArchive(str(ROOT))}, "Fix: set appFolder to the folder"),
        (
            {"archive": pulumi.FileArchive("chat.zip")},
            "archive is chat.zip, which does not exist. Allowed: an archive that is a finished "
            "zip. Fix: set appFolder to the folder, which is then packaged",
        ),
        ({"archive": ROOT / "chat.zip"}, "archive is a PosixPath. Allowed: an Archive or an Outp"),
        ({"archive": str(ROOT)}, "archive is a folder or a list of files"),
        (
            {"archive": pulumi.FileArchive(__file__), "app_folder": "chat"},
            "appFolder is set and would be ignored, because archive is set, which is packaged "
            "already. Allowed: one of the two. Fix: leave out appFolder, or leave out archive",
        ),
        ({"memory_mb": lambda: output(2048)}, "memoryMb is an Output, which has no value in a pre"),
        ({"environment": lambda: output({})}, "environment is an Output, which has no value in a"),
        (
            {"app_folder": ROOT},
            "appFolder is a PosixPath. Allowed: a string. Fix: give such a value",
        ),
        (
            {"endpoints": ["com.amazonaws.eu-west-1.sqs"]},
            "endpoints is a list with 'com.amazonaws.",
        ),
        ({"environment": lambda: {"N": output("x")}}, "environment has a variable 'N'."),
        ({"environment": {"MODE": None}}, "environment is a map with other names or values."),
        (
            {"url_callers": lambda: [output("arn:aws:iam::123456789012:role/web")]},
            "urlCallers is a list with an Output, which has no value in a preview. Allowed: a list,"
            " each item of it a string.",
        ),
        (
            {**NETWORK, "subnet_ids": lambda: output(["subnet-0a", "subnet-0b"])},
            "subnetIds is an Output, which has no value in a preview. Allowed: a list, each item of"
            " it a string or an Output. Fix: give such a value, item by item: [ids[0], ids[1]]",
        ),
        (
            {"region": "eu-central-1"},
            "region is eu-central-1, and the AWS provider has aws:region, which is eu-west-1. "
            "Allowed: the region of the provider. Fix: leave out region, or give the component a "
            "provider of that region",
        ),
        (
            {"capacity_provider_arn": lambda: output([PROVIDER_ARN])},
            "capacityProviderArn is an Output of a list. Allowed: a string. Fix: take an item of",
        ),
        (
            {"secrets": lambda: {"DB": output({"arn": "x"})}},
            "secrets is an Output of a map. Allowed: a string or a number or None. Fix: give such",
        ),
        ({"region": 5}, "region is '5'. Allowed: a region's name, such as us-east-1, where the La"),
        ({"region": "us-gov-west-1"}, "region is 'us-gov-west-1'. Allowed: a region's name, such"),
        ({"region": lambda: output("us-east-1")}, "region is an Output, which has no value in a "),
    ],
)
def test_a_mistake_is_one_line_in_the_words_of_arguments(args: dict[str, Any], line: str) -> None:
    said = refusal(**args)

    assert line in said
    assert "pulumi config" not in said
    assert "\n" not in said


def test_arguments_that_are_no_map_are_one_line() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare_by(lambda: StreamingService("chat", cast("Any", None)), {})

    assert str(refused.value) == (
        "args is None. Allowed: a map from strings to values, each of any type. "
        "Fix: {'memory_mb': 4096}"
    )


def test_an_archive_takes_the_place_of_the_folder() -> None:
    function = declared(archive=pulumi.FileArchive(__file__)).one(FUNCTION)

    assert function.inputs["code"]["path"] == __file__


def test_a_region_is_an_argument_or_the_stacks() -> None:
    def program() -> None:
        frankfurt = pulumi_aws.Provider("frankfurt", region="eu-central-1")
        StreamingService(
            "chat", {"region": "eu-central-1"}, pulumi.ResourceOptions(providers=[frankfurt])
        )

    layers = declare_by(program, {}).one(FUNCTION).inputs["layers"]

    assert layers[0].startswith("arn:aws:lambda:eu-central-1:")


def test_the_arguments_and_the_schema_are_in_sync() -> None:
    """After a change of settings, run ``python -m tools.pages``.

    What other languages see changes on purpose only: a program that sets an argument which is gone
    does not run.
    """
    for name, written in (
        ("infra/streaming_service_args.py", streaming_service.arguments),
        ("plugin/schema.json", streaming_service.schema),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert written(text) == text


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what the plugin serves."""
    served: list[object] = []
    monkeypatch.setattr(sys, "path", [*sys.path])

    def main(provider: object, _arguments: list[str]) -> None:
        served.append(provider)

    monkeypatch.setattr("pulumi.provider.main", main)
    runpy.run_path(str(ROOT / "plugin"), run_name="__main__")
    return served[0]


def test_the_plugin_serves_the_schema(provider: Any) -> None:
    assert streaming_service.cleaned(provider.schema) == json.loads(
        (ROOT / "plugin/schema.json").read_text()
    )


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        ({"architecture": "arm"}, "architecture is 'arm'."),
        ({"vpcId": "vpc-0a"}, "an existing network is set without"),
        ({"memoryMb": "lots"}, "memoryMb is 'lots'. Allowed: a whole number."),
        ({"memoryMb": lambda: output(2048)}, "memoryMb is an Output, which has no value in a pre"),
        (
            {"memoryMB": 2048},
            "memoryMB is no argument of StreamingService. Allowed: memoryMb, which is nearest.",
        ),
        ({"colour": 1}, "colour is no argument of StreamingService. Allowed: appFolder, architec"),
    ],
)
def test_the_plugin_refuses_a_mistake_in_one_line_that_shows_no_other_property(
    provider: Any, inputs: dict[str, Any], line: str
) -> None:
    def construct() -> None:
        given = {name: value() if callable(value) else value for name, value in inputs.items()}
        provider.construct("chat", SERVICE, {**given, "environment": {"PASS": "hunter2"}})

    with pytest.raises(pulumi.InputPropertiesError) as refused:
        declare_by(construct, {})

    assert refused.value.message.startswith(line)
    # The engine shows the values of properties that an error names, secrets among them.
    assert refused.value.errors == []
