"""The schema of the package, which programs in YAML need."""

import json
import re
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.registry import RESOURCES
from tests.local.provider.engine import FakeEngine
from tests.local.provider.samples import BUCKET, FUNCTION


@pytest.fixture
def schema(planning: FakeEngine) -> dict[str, Any]:
    return json.loads(planning.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)


def test_the_schema_has_every_resource_type_and_every_property(schema: dict[str, Any]) -> None:
    assert schema["name"] == "aws"
    assert schema["resources"].keys() == RESOURCES.keys()
    for token, resource in RESOURCES.items():
        assert schema["resources"][token]["properties"].keys() == resource.properties.keys()


def test_every_type_that_the_schema_refers_to_is_in_it(schema: dict[str, Any]) -> None:
    referred = set(re.findall(r'"#/types/([^"]+)"', json.dumps(schema)))
    assert referred == schema["types"].keys()


def test_the_schema_tells_types_and_what_is_required(schema: dict[str, Any]) -> None:
    function = schema["resources"][FUNCTION]
    assert function["inputProperties"]["memorySize"] == {"type": "integer"}
    assert function["inputProperties"]["code"] == {"$ref": "pulumi.json#/Archive"}
    assert "role" in function["requiredInputs"]
    bucket = schema["resources"][BUCKET]
    assert "arn" in bucket["properties"]
    assert "arn" not in bucket["inputProperties"]


def test_the_schema_has_the_settings_of_an_explicit_provider(schema: dict[str, Any]) -> None:
    settings = schema["provider"]["inputProperties"]
    assert settings["allowedAccountIds"] == {"type": "array", "items": {"type": "string"}}
    default_tags = settings["defaultTags"]["$ref"].removeprefix("#/types/")
    assert schema["types"][default_tags]["properties"].keys() == {"tags"}


def test_the_schema_has_the_data_sources(schema: dict[str, Any]) -> None:
    zones = schema["functions"]["aws:index/getAvailabilityZones:getAvailabilityZones"]
    assert zones["inputs"]["properties"]["state"] == {"type": "string"}
    assert zones["outputs"]["properties"]["names"]["type"] == "array"
