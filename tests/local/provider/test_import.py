"""Import by id: a resource that the engine did not make is taken over as it is."""

from collections.abc import Generator

import pytest

from local.provider import ProviderServer
from local.provider.tables import RESOURCES
from tests.local.provider.engine import FakeEngine, refusal
from tests.local.provider.samples import (
    ALIAS,
    API_DEPLOYMENT,
    FUNCTION,
    LAYER_VERSION,
    PERMISSION,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_CONFIG,
    SECRET,
    VPC,
)
from tests.local.provider.world import WORLD, Made, import_id

NEVER_TOLD = {
    API_DEPLOYMENT: {"triggers"},
    FUNCTION: {"code", "publish", "publishTo", "sourceCodeHash", "skipDestroy"},
    LAYER_VERSION: {"code", "skipDestroy", "sourceCodeHash"},
    SECRET: {"recoveryWindowInDays"},
}
"""What AWS never says of a resource, so that an import lacks it."""


@pytest.fixture(scope="module")
def elsewhere(served: ProviderServer) -> Generator[FakeEngine]:
    """Attach an engine whose stack is in another region, where nothing is."""
    attached = FakeEngine(served.port, {"region": "eu-west-3"})
    yield attached
    attached.close()


def test_there_is_a_resource_of_every_type() -> None:
    assert WORLD.keys() == RESOURCES.keys()


@pytest.mark.parametrize("pulumi_type", sorted(WORLD))
def test_an_imported_resource_has_the_outputs_of_the_created_one(
    deploying: FakeEngine, world: Made, pulumi_type: str
) -> None:
    resource = world.resources[pulumi_type]

    adopted = deploying.adopt(pulumi_type, import_id(resource), resource.name)

    assert adopted is not None
    assert adopted.id == resource.id
    told = {name for name, spec in RESOURCES[pulumi_type].properties.items() if spec.output}
    assert {name: adopted.outputs.get(name) for name in told} == {
        name: resource.outputs.get(name) for name in told
    }


@pytest.mark.parametrize("pulumi_type", sorted(WORLD))
def test_an_imported_resource_has_no_difference_to_its_program(
    deploying: FakeEngine, world: Made, pulumi_type: str
) -> None:
    resource = world.resources[pulumi_type]
    adopted = deploying.adopt(pulumi_type, import_id(resource), resource.name)
    assert adopted is not None

    # The name that was invented has to be written into the program.
    wanted = {**WORLD[pulumi_type](world), **_name(pulumi_type, resource.outputs)}
    found = deploying.diff(adopted, wanted)

    assert set(found.diffs) <= NEVER_TOLD.get(pulumi_type, set())
    assert set(adopted.inputs) - {"__defaults", "tagsAll"} <= {
        *wanted,
        "region",
        *_filled(pulumi_type),
    }


def _name(pulumi_type: str, outputs: dict[str, object]) -> dict[str, object]:
    invented = RESOURCES[pulumi_type].auto_name
    return {invented.property: outputs[invented.property]} if invented else {}


def _filled(pulumi_type: str) -> set[str]:
    """Name what AWS fills in where the program says nothing."""
    return {name for name, spec in RESOURCES[pulumi_type].properties.items() if spec.computed}


@pytest.mark.parametrize("pulumi_type", sorted(WORLD))
def test_a_missing_resource_is_not_imported(
    elsewhere: FakeEngine, world: Made, pulumi_type: str
) -> None:
    wanted = import_id(world.resources[pulumi_type])
    # The names of buckets are shared by all regions.
    if not RESOURCES[pulumi_type].regional or pulumi_type.startswith("aws:s3/"):
        wanted = f"not-{wanted}"
    assert elsewhere.adopt(pulumi_type, wanted) is None


def test_an_alias_is_imported_by_its_arn_too(deploying: FakeEngine, world: Made) -> None:
    adopted = deploying.adopt(ALIAS, world.resources[ALIAS].id)
    assert adopted is not None
    assert adopted == deploying.adopt(ALIAS, import_id(world.resources[ALIAS]))


@pytest.mark.parametrize(
    ("pulumi_type", "said"),
    [
        (PERMISSION, "expected function/statementId"),
        (SCALING_CONFIG, "expected functionName,qualifier"),
        (ROUTE_TABLE_ASSOCIATION, "expected subnetId/routeTableId"),
    ],
)
def test_an_id_of_another_form_is_refused(
    deploying: FakeEngine, pulumi_type: str, said: str
) -> None:
    assert refusal(lambda: deploying.adopt(pulumi_type, "demo")) == (
        f"unexpected format of ID (demo), {said}"
    )


def test_an_import_passes_its_own_check(deploying: FakeEngine, world: Made) -> None:
    adopted = deploying.adopt(FUNCTION, import_id(world.resources[FUNCTION]))
    assert adopted is not None
    # The code alone cannot be told; what was defaulted is marked, which is no property.
    inputs = {**adopted.inputs, "code": world.code}
    assert "__defaults" in inputs
    deploying.check(FUNCTION, inputs, adopted.inputs)


def test_default_tags_are_not_the_resources_own(served: ProviderServer, world: Made) -> None:
    tagging = FakeEngine(
        served.port, {"region": "us-east-1", "defaultTags": '{"tags": {"Name": "demo"}}'}
    )
    adopted = tagging.adopt(VPC, world.resources[VPC].id)
    tagging.close()
    assert adopted is not None
    assert adopted.outputs["tagsAll"] == {"Name": "demo"}
    assert not adopted.outputs.get("tags")
