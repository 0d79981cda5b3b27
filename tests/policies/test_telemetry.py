"""TEL rules: the logs of a capacity provider, which aws-native can set up."""

from dataclasses import replace

import pytest

from testing.policies.support import UNKNOWN, Json, Res, provider
from tests.policies.judging import SILENT, message, names
from tests.policies.native import native_provider


@pytest.mark.parametrize(
    ("logging", "rules"),
    [
        # TEL-01: three levels
        *[({"systemLogLevel": level}, SILENT) for level in ("DEBUG", "INFO", "WARN")],
        ({"systemLogLevel": "ERROR"}, {"tel-01"}),
        ({"systemLogLevel": "info"}, {"tel-01"}),
        ({"systemLogLevel": UNKNOWN}, SILENT),
        # TEL-02: 512 characters
        ({"logGroup": "/lmi/pool_1.a-b#c"}, SILENT),
        ({"logGroup": "a" * 512}, SILENT),
        ({"logGroup": "a" * 513}, {"tel-02"}),
        ({"logGroup": "my group"}, {"tel-02"}),
        ({"logGroup": ""}, {"tel-02"}),
        ({"logGroup": UNKNOWN}, SILENT),
        # TEL-05: not below aws/
        ({"logGroup": "aws/pool"}, {"tel-05"}),
        ({"logGroup": "/aws/pool"}, SILENT),
        ({"logGroup": "awsome/pool"}, SILENT),
    ],
)
def test_logs_of_a_provider(logging: Json, rules: set[str]) -> None:
    pool = native_provider(telemetryConfig={"loggingConfig": logging})
    assert names(pool) - {"tel-04"} == rules


@pytest.mark.parametrize("telemetry", [UNKNOWN, {}, {"loggingConfig": UNKNOWN}, None])
def test_logs_may_be_left_to_aws(telemetry: object) -> None:
    assert names(native_provider(telemetryConfig=telemetry)) == SILENT


def group(name: object, kind: str = "aws:cloudwatch/logGroup:LogGroup") -> Res:
    own_name = "logGroupName" if kind.startswith("aws-native") else "name"
    return Res(kind, "logs", {own_name: name, "retentionInDays": 14, "kmsKeyId": "arn:aws:kms:x"})


OF_POOL = "/aws/lambda/capacity-provider/pool"


@pytest.mark.parametrize(
    ("pool", "logs", "rules"),
    [
        ({"name": "pool"}, group(OF_POOL), SILENT),
        ({"name": "pool"}, group(OF_POOL, "aws-native:logs:LogGroup"), SILENT),
        ({"name": "pool"}, group(f"{OF_POOL}s"), SILENT),  # CP-31 tells of the group
        ({"name": "pool"}, group(None), SILENT),  # a generated name is another one
        ({"name": "pool"}, group(UNKNOWN), SILENT),
        ({"name": UNKNOWN}, group("other"), SILENT),
        ({}, group("other"), SILENT),
        # Pulumi generated the name: no group could be there before the provider.
        ({"name": "pool-0a1b2c3"}, group("other"), SILENT),
    ],
)
def test_the_log_group_of_a_provider_is_there_first(pool: Json, logs: Res, rules: set[str]) -> None:
    waiting = replace(provider(**pool), depends_on=["logs"])
    found = names(waiting, logs)
    assert found & {"tel-04"} == rules
    assert ("cp-31" in found) is (pool.get("name") == "pool")


def test_a_name_that_the_program_left_out_is_generated() -> None:
    """Also where Pulumi's settings generate names of another form."""
    left_out = provider()
    named = replace(left_out, outputs={**left_out.inputs, "name": "shop_dev_pool"})
    assert names(named) & {"tel-04"} == SILENT


def test_a_fixed_name_is_reported_once_with_the_log_group_that_it_brings() -> None:
    assert names(provider(name="pool")) == {"cp-31"}
    assert "/aws/lambda/capacity-provider/<name>" in message(
        "cp-31-generated-name", provider(name="pool")
    )


def test_a_provider_waits_for_its_log_group() -> None:
    assert "tel-04" in names(provider(name="pool"), group(OF_POOL))


@pytest.mark.parametrize(
    ("telemetry", "rules"),
    [
        ({"loggingConfig": {"logGroup": "shop/logs"}}, SILENT),
        ({"loggingConfig": {"logGroup": "shop/others"}}, {"tel-04"}),
        ({"loggingConfig": {"logGroup": UNKNOWN}}, SILENT),
        (UNKNOWN, SILENT),
        (None, SILENT),  # the provider's name is generated
    ],
)
def test_a_group_of_ones_own_is_there_first_too(telemetry: object, rules: set[str]) -> None:
    pool = replace(native_provider(telemetryConfig=telemetry), depends_on=["logs"])
    assert names(pool, group("shop/logs")) & {"tel-04"} == rules
