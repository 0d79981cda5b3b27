"""A preview waits for imports, so the program imports what its stack declares and no more."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOADED = """\
import json, sys
from unittest import mock
from infra.package import Package
from tests.infra.declared import declare
with mock.patch("infra.compose.build_parts", return_value=Package("README.md")):
    declare(**json.loads(sys.argv[1]))
print(json.dumps([name for name in sys.modules if name.startswith("pulumi_aws.")]))
"""


def services(**config: object) -> dict[str, set[str]]:
    """Run the program in a process of its own; gives the files of the SDK that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(config)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded: dict[str, set[str]] = {}
    for name in json.loads(done.stdout):
        _, service, *file = name.split(".")
        if file:
            loaded.setdefault(service, set()).add(file[0])
    return loaded


def test_the_default_stack_loads_the_services_that_it_uses() -> None:
    loaded = services()

    assert loaded.keys() == {"cloudwatch", "ec2", "iam", "lambda_", "vpc"}
    # The whole of it takes longer than that of any other service but EC2.
    assert loaded["cloudwatch"] == {"log_group"}
    assert loaded["vpc"] == {"security_group_egress_rule", "security_group_ingress_rule"}


def test_an_option_loads_what_it_adds() -> None:
    loaded = services(front="http", observability=True)

    assert loaded.keys() >= {"apigatewayv2", "sns", "kms"}
    assert "apigateway" not in loaded
