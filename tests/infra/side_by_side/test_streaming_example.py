"""The streaming example of Lambda Web Adapter, deployed by AWS SAM, beside a stack of ours."""

import re
from pathlib import Path

from tests.infra.declared import declare, project_settings
from tests.infra.side_by_side import program, sam
from tests.infra.side_by_side.page import PAGE, table
from tests.infra.side_by_side.resources import Difference, differences

TEMPLATE = Path(__file__).with_name("streaming_example.yaml")


def found() -> set[Difference]:
    """Compare the example with the default stack in a network like the example's."""
    here = declare(vpcId="vpc-0a", subnetIds=["subnet-0a", "subnet-0b"], securityGroupIds=["sg-0a"])
    return set(differences(sam.expand(TEMPLATE), program.written(here)))


def test_the_page_lists_every_difference_and_no_other() -> None:
    listed = {Difference(*row[:4]) for row in table("Property by property")}

    assert found() == listed


def test_every_difference_has_a_reason() -> None:
    assert [row for row in table("Property by property") if not row[4]] == []


def test_the_page_sets_only_settings_that_there_are() -> None:
    keys = re.findall(r"^\$ pulumi config set (?:--path )?'?(\w+)", PAGE.read_text(), re.MULTILINE)

    assert keys
    assert set(keys) <= project_settings().keys()
