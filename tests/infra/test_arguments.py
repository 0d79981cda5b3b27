"""What a program passes to the components: a mistake is one line, and an output may be unknown."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest
from pulumi.output import Unknown

from infra.capacity import Capacity, CapacityArgs
from infra.flow_log import RejectLog, RejectLogArgs
from infra.fronts.api import ApiArgs
from infra.fronts.function_url import FunctionUrl, FunctionUrlArgs
from infra.fronts.http_api import HttpApi
from infra.fronts.rest_api import RestApi
from infra.nat import Nat, NatArgs
from infra.network import Network, NetworkArgs
from infra.observability import Limits, Observability, ObservabilityArgs
from infra.package import Target, build
from infra.schedules import Schedules, SchedulesArgs
from infra.service import Service, ServiceArgs
from infra.settings import (
    ApiSettings,
    CapacitySettings,
    CorsSettings,
    FunctionSettings,
    NetworkSettings,
    ScalingSettings,
    Schedule,
    UrlSettings,
)
from infra.settings.table import SETTINGS
from tests.infra.declared import ACCOUNT, REGION, declare_by

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/chat:1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PROVIDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:shared"
OF_COMPONENTS = (
    ApiSettings,
    CapacitySettings,
    CorsSettings,
    FunctionSettings,
    NetworkSettings,
    ScalingSettings,
    UrlSettings,
)
WRONG = {"integer": "text", "boolean": "yes", "array": "text", "object": "text", "string": ["a"]}
"""A value of another type, by the type that a setting has."""


def service(**arguments: Any) -> Service:
    known: dict[str, Any] = {
        "region": REGION,
        "architecture": "x86_64",
        "archive": Path(__file__),
        "provider_arn": PROVIDER,
    }
    return Service("chat", ServiceArgs(**{**known, **arguments}))


MAKERS: dict[type, Callable[[Any], object]] = {
    NetworkSettings: lambda its: Network("shared", NetworkArgs(region=REGION, settings=its)),
    CapacitySettings: lambda its: capacity(settings=its),
    FunctionSettings: lambda its: service(function=its),
    ScalingSettings: lambda its: service(scaling=its),
    UrlSettings: lambda its: FunctionUrl("chat", FunctionUrlArgs(service=service(), url=its)),
    CorsSettings: lambda its: FunctionUrl(
        "chat", FunctionUrlArgs(service=service(), url=UrlSettings(cors=its))
    ),
    ApiSettings: lambda its: RestApi("chat", ApiArgs(region=REGION, service=service(), api=its)),
}
"""A component that takes settings of a class."""


def capacity(**arguments: Any) -> Capacity:
    known: dict[str, Any] = {
        "region": REGION,
        "architecture": "x86_64",
        "subnet_ids": ["subnet-0a", "subnet-0b"],
        "security_group_ids": ["sg-0a"],
    }
    return Capacity("shared", CapacityArgs(**{**known, **arguments}))


def schedules(**arguments: Any) -> Schedules:
    known: dict[str, Any] = {"function_name": "chat", "qualifier": "7", "scaling": scheduled()}
    return Schedules("chat", SchedulesArgs(**{**known, **arguments}))


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        declare_by(make, {})
    return str(refused.value)


def scheduled(**changed: Any) -> ScalingSettings:
    return ScalingSettings(schedules=(Schedule(name="peak", cron="0 8 ? * MON-FRI *", **changed),))


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            lambda: service(scaling=scheduled(timezone="Berlin")),
            "ScalingSettings.schedules[0].timezone is 'Berlin'. Allowed: a time zone of the IANA "
            "database, such as Europe/Berlin. Fix: Schedule(timezone='Europe/Berlin')",
        ),
        (
            lambda: service(scaling=scheduled(minimum=-1)),
            "ScalingSettings.schedules[0].minimum is -1. Allowed: 0 to 15000, as Lambda's API "
            "demands. Fix: Schedule(minimum=3)",
        ),
        (
            lambda: service(scaling=scheduled(minimum=11)),
            "schedule peak sets 11 to 10 execution environments. Allowed: a minimum of 1 to the "
            "maximum, or 0 for both, which parks the function; a number that a schedule does not "
            "name is the stack's. Fix: set minimum and maximum of peak in schedules",
        ),
        (
            lambda: Network("n", NetworkArgs(region=REGION, settings=NetworkSettings(cidr="text"))),
            "NetworkSettings.cidr is 'text'. Allowed: an IPv4 network of /16 to /20, such as "
            "10.0.0.0/16. Fix: NetworkSettings(cidr='10.0.0.0/16')",
        ),
        (
            lambda: Network(
                "n",
                NetworkArgs(
                    region=REGION,
                    settings=NetworkSettings(availability_zones=(f"{REGION}a", "us-west-2")),
                ),
            ),
            "NetworkSettings.availability_zones is a list with 'us-west-2'. Allowed: items that "
            f"are a zone of {REGION}, such as {REGION}a. "
            f"Fix: NetworkSettings(availability_zones=[..., '{REGION}a'])",
        ),
        (
            lambda: service(architecture="sparc"),
            "ServiceArgs.architecture is 'sparc'. Allowed: x86_64 or arm64. "
            "Fix: ServiceArgs(architecture='x86_64')",
        ),
        (
            lambda: capacity(architecture="ARM64"),
            "CapacityArgs.architecture is 'ARM64'. Allowed: x86_64 or arm64. "
            "Fix: CapacityArgs(architecture='x86_64')",
        ),
        (
            lambda: Target.choose("function", "sparc"),  # pyright: ignore[reportArgumentType]
            "architecture is 'sparc'. Allowed: x86_64 or arm64. Fix: architecture='x86_64'",
        ),
        (
            lambda: service(function=FunctionSettings(log_retention_days=15)),
            "FunctionSettings.log_retention_days is 15. Allowed: 0, 1, 3, 5, 7, 14, 30, 60, 90, "
            "120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (0 is "
            "for ever). Fix: FunctionSettings(log_retention_days=14)",
        ),
        (
            lambda: service(function=FunctionSettings(environment={"TO-KEN": "hunter2"})),
            "FunctionSettings.environment has a variable 'TO-KEN'. Allowed: names of two or more "
            "letters, digits and _, the first a letter. "
            "Fix: FunctionSettings(environment=...) without TO-KEN",
        ),
        (
            lambda: service(
                function=FunctionSettings(environment={"N": pulumi.Output.from_input("5")})
            ),
            "FunctionSettings.environment has a variable 'N'. Allowed: names of two or more "
            "letters, digits and _, the first a letter. "
            "Fix: FunctionSettings(environment=...) without N",
        ),
        (
            lambda: RestApi("a", ApiArgs(region=REGION, service=service(), auth="OPEN")),  # pyright: ignore[reportArgumentType]
            "ApiArgs.auth is 'OPEN'. Allowed: AWS_IAM or NONE. Fix: ApiArgs(auth='AWS_IAM')",
        ),
        (
            lambda: HttpApi(
                "a",
                ApiArgs(
                    region=REGION,
                    service=service(streams=False),
                    cors=CorsSettings(origins=("https://app.example.com",)),
                ),
            ),
            "HttpApi a has cors beside auth AWS_IAM, and would ask for a signature of preflights, "
            "which browsers never sign. Allowed: cors beside auth NONE, or on a FunctionUrl. "
            "Fix: ApiArgs(cors=None), or ApiArgs(auth='NONE')",
        ),
        (
            lambda: service(provider_arn="shared"),
            f"ServiceArgs.provider_arn is 'shared'. Allowed: the ARN of a capacity provider of "
            f"{REGION}. Fix: ServiceArgs(provider_arn='arn:aws:lambda:{REGION}:{ACCOUNT}:"
            "capacity-provider:NAME')",
        ),
        (
            lambda: schedules(function_arn="chat"),
            "SchedulesArgs.function_arn is 'chat'. Allowed: the ARN of a function, without a "
            "version or an alias. "
            "Fix: SchedulesArgs(function_arn='arn:aws:lambda:REGION:ACCOUNT:function:NAME')",
        ),
        (
            lambda: capacity(subnet_ids=pulumi.Output.from_input(["subnet-0a"])),
            "CapacityArgs.subnet_ids is an Output, which has no value in a preview. Allowed: a "
            "list, each item of it a string or an Output. "
            "Fix: CapacityArgs(subnet_ids=[ids[0], ids[1]])",
        ),
        (
            lambda: capacity(subnet_ids={"eu-west-1a": "subnet-0a"}),
            "CapacityArgs.subnet_ids is a map. Allowed: a list, each item of it a string or an "
            "Output. Fix: CapacityArgs(subnet_ids=...)",
        ),
        (
            lambda: Service("chat", cast("Any", {"region": REGION})),
            "args is a map. Allowed: a ServiceArgs. "
            "Fix: pass ServiceArgs(...) after the name (docs/components.md)",
        ),
        (
            lambda: FunctionUrl("chat", cast("Any", NetworkArgs(region=REGION))),
            "args is a NetworkArgs. Allowed: a FunctionUrlArgs. "
            "Fix: pass FunctionUrlArgs(...) after the name (docs/components.md)",
        ),
        (
            lambda: schedules(
                qualifier="live", function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:chat"
            ),
            "SchedulesArgs.qualifier is 'live'. Allowed: a published version, since an alias has "
            "no numbers of execution environments. "
            "Fix: SchedulesArgs(qualifier='$LATEST.PUBLISHED')",
        ),
        (
            lambda: Observability(
                "chat",
                ObservabilityArgs(
                    region=REGION,
                    function_name="chat",
                    provider_arn=PROVIDER,
                    log_group_name="chat",
                    limits=Limits(
                        max_concurrency=64,
                        max_vcpu=20,
                        timeout_seconds=120,
                        always_runs=True,
                        has_schedules=True,
                    ),
                ),
            ),
            "ObservabilityArgs has no dead_letter_queue_name, and its Limits has_schedules. "
            "Allowed: the queue of the schedules' failed calls, which an alarm watches. "
            "Fix: ObservabilityArgs(dead_letter_queue_name=...), or has_schedules=False",
        ),
        (
            lambda: Network(
                "n",
                NetworkArgs(region=REGION, settings=NetworkSettings(endpoint_accounts=("12",))),
            ),
            "NetworkSettings.endpoint_accounts is a list with '12'. Allowed: items that are an "
            "account id of 12 digits. Fix: NetworkSettings(endpoint_accounts=['123456789012'])",
        ),
        (
            lambda: build(cast("Any", "arm64")),
            "target is 'arm64'. Allowed: a Target. Fix: Target.choose('function', 'arm64')",
        ),
        (
            lambda: schedules(function_arn=pulumi.Output.from_input("chat-0123456")),
            "'chat-0123456' is given as an ARN. Allowed: an ARN. "
            "Fix: take the output arn of the resource, not its id or name",
        ),
        (
            lambda: service(
                function=FunctionSettings(environment={"DB": "x"}, secrets={"DB": SECRET})
            ),
            "environment and secrets both have DB. Allowed: each name in one of them. "
            "Fix: environment=... without DB",
        ),
        (
            lambda: Target.choose("function", cast("Any", pulumi.Output.from_input("arm64"))),
            "architecture is '<Output>'. Allowed: x86_64 or arm64. Fix: architecture='x86_64'",
        ),
        (
            lambda: service(depends_on=[pulumi.Output.from_input("vpc-0a")]),
            "ServiceArgs.depends_on is a list with an Output, which has no value in a preview. "
            "Allowed: a list, each item of it a Resource. Fix: ServiceArgs(depends_on=...)",
        ),
        (
            lambda: service(provider_arn=capacity()),
            "ServiceArgs.provider_arn is a Capacity. Allowed: a string or an Output. "
            "Fix: ServiceArgs(provider_arn=...)",
        ),
        (
            lambda: service(archive=pulumi.FileArchive("app")),
            "ServiceArgs.archive is a folder or a list of files, which Pulumi packs without their "
            "modes, so that nothing could start run.sh. Allowed: an archive that is a finished "
            "zip. Fix: ServiceArgs(archive=package.build(...))",
        ),
        (
            lambda: service(function=FunctionSettings(image_uri=IMAGE)),
            "service chat has both an archive and an image. Allowed: one of them. "
            "Fix: ServiceArgs(archive=package.build(...)), or FunctionSettings(image_uri=...)",
        ),
        (
            lambda: service(archive=None),
            "service chat has neither an archive nor an image. Allowed: one of them. "
            "Fix: ServiceArgs(archive=package.build(...)), or FunctionSettings(image_uri=...)",
        ),
        (
            lambda: Network("n", NetworkArgs(region="Ireland")),
            "NetworkArgs.region is 'Ireland'. Allowed: a region's name, such as us-east-1, where "
            "the Lambda Web Adapter's current layer is published. "
            "Fix: NetworkArgs(region='us-east-1')",
        ),
        (
            lambda: Network("n", NetworkArgs(region=REGION, services=["SQS"])),
            "NetworkArgs.services is a list with 'SQS'. Allowed: items that are the endpoint's "
            "suffix, such as bedrock-runtime. Fix: NetworkArgs(services=['sqs'])",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(make: Callable[[], object], line: str) -> None:
    assert refusal(make) == line


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(setting, id=setting.key)
        for setting in SETTINGS
        if setting.group in OF_COMPONENTS
    ],
)
def test_a_value_of_another_type_is_one_line(setting: Any) -> None:
    others = {"origins": ("https://app.example.com",)} if setting.group is CorsSettings else {}
    values = {**others, setting.field: WRONG[setting.format.TYPE]}
    line = refusal(lambda: MAKERS[setting.group](setting.group(**values)))

    assert line.startswith(f"{setting.group.__name__}.{setting.field}")
    assert f"Fix: {setting.group.__name__}({setting.field}=" in line


COMPONENTS: list[tuple[type, type, dict[str, Any]]] = [
    (Network, NetworkArgs, {"region": REGION, "log_kms_key_arn": KEY}),
    (
        Capacity,
        CapacityArgs,
        {
            "region": REGION,
            "architecture": "x86_64",
            "subnet_ids": ["subnet-0a", "subnet-0b"],
            "security_group_ids": ["sg-0a", "sg-0b"],
            "settings": CapacitySettings(operator_policy="least"),
        },
    ),
    (
        Service,
        ServiceArgs,
        {
            "region": REGION,
            "architecture": "x86_64",
            "archive": Path(__file__),
            "provider_arn": PROVIDER,
        },
    ),
    (
        RejectLog,
        RejectLogArgs,
        {
            "vpc_id": "vpc-0a",
            "account_id": ACCOUNT,
            "retention_days": 3,
            "tags": {"Name": "log", "team": "a"},
            "kms_key_arn": KEY,
        },
    ),
    (
        Nat,
        NatArgs,
        {"vpc_id": "vpc-0a", "route_table_id": "rtb-0a", "tags": {"Name": "nat", "team": "a"}},
    ),
    (
        Observability,
        ObservabilityArgs,
        {
            "region": REGION,
            "function_name": "chat",
            "provider_arn": PROVIDER,
            "log_group_name": "chat",
            "dead_letter_queue_name": "failed",
            "limits": Limits(
                max_concurrency=64, max_vcpu=20, timeout_seconds=120, always_runs=True
            ),
        },
    ),
    (
        Schedules,
        SchedulesArgs,
        {
            "function_name": "chat",
            "function_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:chat",
            "qualifier": "7",
            "scaling": scheduled(minimum=9),
        },
    ),
]
SAMPLES = {
    "image_uri": IMAGE,
    "log_kms_key_arn": KEY,
    "environment": {"PAGES": "3", "SIZE": "5"},
    "secrets": {"DATABASE": "arn", "QUEUE": "another arn"},
}
"""Two in a map, since an output cannot be compared with another."""
UNKNOWN_ROWS = [
    pytest.param(component, args, known, field, id=f"{args.__name__}.{field.name}")
    for component, args, known in COMPONENTS
    for field in dataclasses.fields(args)
    if "Input[" in str(field.type)
]
UNKNOWN_VARIABLES = [
    field for field in dataclasses.fields(FunctionSettings) if "Input[" in str(field.type)
]


def unknown() -> pulumi.Output[Any]:
    """Return what a resource that does not exist yet will have."""
    return pulumi.Output.from_input(Unknown())


def made_unknown(sample: Any) -> Any:
    """Return a sample with an unknown output in place of each string, and of an archive."""
    if isinstance(sample, str | Path):
        return unknown()
    if isinstance(sample, dict):
        return {name: unknown() for name in cast("dict[str, str]", sample)}
    return [unknown() for _ in sample]


@pytest.mark.parametrize(("component", "args", "known", "field"), UNKNOWN_ROWS)
def test_an_argument_may_be_an_unknown_output(
    component: Any, args: Any, known: dict[str, Any], field: Any
) -> None:
    def declare_with_unknown() -> None:
        component("one", args(**{**known, field.name: made_unknown(known[field.name])}))

    wanted = declare_by(lambda: component("one", args(**known)), {}, preview=True)
    found = declare_by(declare_with_unknown, {}, preview=True)

    assert {each.urn for each in found.resources} == {each.urn for each in wanted.resources}


@pytest.mark.parametrize("field", UNKNOWN_VARIABLES, ids=lambda field: field.name)
def test_a_variable_may_be_an_unknown_output(field: Any) -> None:
    def declare_with_unknown() -> None:
        values = {field.name: made_unknown(SAMPLES[field.name])}
        archive = None if "image_uri" in values else Path(__file__)
        service(function=FunctionSettings(**values), archive=archive)

    found = declare_by(declare_with_unknown, {}, preview=True)

    assert len(found.all("aws:lambda/function:Function")) == 1


@pytest.mark.parametrize("wrong", [["a"], {"a": "b"}], ids=["list", "map"])
@pytest.mark.parametrize(("component", "args", "known", "field"), UNKNOWN_ROWS)
def test_an_output_of_another_type_is_one_clear_line(
    component: Any, args: Any, known: dict[str, Any], field: Any, wrong: object
) -> None:
    def wrapped(sample: Any) -> Any:
        if isinstance(sample, dict):
            return {name: wrapped("") for name in cast("dict[str, str]", sample)}
        return [wrapped("")] if isinstance(sample, list) else pulumi.Output.from_input(wrong)

    def declare_with_wrong() -> None:
        component("one", args(**{**known, field.name: wrapped(known[field.name])}))

    line = refusal(declare_with_wrong)

    kind = "a list" if isinstance(wrong, list) else "a map"
    assert line.startswith(f"{args.__name__}.{field.name} is an Output of {kind}. Allowed: ")
    assert ("Fix: take an item of it: output[0]" in line) is isinstance(wrong, list)


@pytest.mark.parametrize("value", [None, 5432, 2.5, True])
def test_a_variable_may_be_an_output_of_what_the_provider_takes_for_text(value: object) -> None:
    def declare_with_output() -> None:
        port: Any = pulumi.Output.from_input(value)
        service(function=FunctionSettings(environment={"PORT": port}))

    function = declare_by(declare_with_output, {}).one("aws:lambda/function:Function")

    assert function.inputs["environment"]["variables"].get("PORT") == value


def test_a_key_may_be_an_output_of_none() -> None:
    def declare_with_none() -> None:
        key: Any = pulumi.Output.from_input(None)
        service(function=FunctionSettings(log_kms_key_arn=key))

    assert "kmsKeyId" not in declare_by(declare_with_none, {}).one(LOG_GROUP).inputs


def test_a_name_may_not_be_an_output_of_none() -> None:
    def declare_with_none() -> None:
        service(provider_arn=pulumi.Output.from_input(None))

    assert refusal(declare_with_none) == (
        "ServiceArgs.provider_arn is an Output of None. Allowed: a string. "
        "Fix: ServiceArgs(provider_arn=...)"
    )


def test_a_key_of_any_region_is_taken_where_the_arguments_have_none() -> None:
    def log() -> None:
        key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/logs"
        known: dict[str, Any] = {"vpc_id": "vpc-0a", "account_id": ACCOUNT, "retention_days": 3}
        RejectLog("one", RejectLogArgs(**known, tags={}, kms_key_arn=key))

    assert declare_by(log, {}).one(LOG_GROUP).inputs["kmsKeyId"]
