"""An update brings the tags of every type to what is wanted."""

import pytest

from local.provider.tables import RESOURCES
from tests.local.provider.engine import FakeEngine
from tests.local.provider.test_lifecycle import assert_settled
from tests.local.provider.world import WORLD, Made

TAGGED = {pulumi_type for pulumi_type, resource in RESOURCES.items() if resource.tagged}


@pytest.mark.parametrize("pulumi_type", sorted(TAGGED))
def test_tags_are_added_changed_and_removed(
    deploying: FakeEngine, world: Made, pulumi_type: str
) -> None:
    resource, wanted = world.resources[pulumi_type], WORLD[pulumi_type](world)
    for tags in ({"kept": "1", "dropped": "1"}, {"kept": "2"}, {}):
        resource = deploying.update(resource, {**wanted, "tags": tags})

        assert resource.outputs["tagsAll"] == tags
        assert_settled(deploying, resource, {**wanted, "tags": tags})
    world.resources[pulumi_type] = deploying.update(resource, wanted)
