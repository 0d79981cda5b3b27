"""TEL rules: the logs of a capacity provider, which aws-native can set up."""

import pytest

from tests.policies.native import native_provider
from tests.policies.support import SILENT, UNKNOWN, Json, names


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
    assert names(native_provider(telemetryConfig={"loggingConfig": logging})) == rules


@pytest.mark.parametrize("telemetry", [UNKNOWN, {}, {"loggingConfig": UNKNOWN}, None])
def test_logs_may_be_left_to_aws(telemetry: object) -> None:
    assert names(native_provider(telemetryConfig=telemetry)) == SILENT
