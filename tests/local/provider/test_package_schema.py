"""The schema of the package, which programs in YAML need."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pulumi.runtime.proto import provider_pb2

from local.provider.tables import RESOURCES
from tests.local.provider.engine import FakeEngine
from tests.local.provider.samples import BUCKET, FUNCTION, QUEUE, samples

PROVIDER = "pulumi:providers:aws"


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


PROGRAM = """
name: demo
runtime: yaml
resources:
  ireland:
    type: pulumi:providers:aws
    properties: {region: eu-west-1, allowedAccountIds: ["123456789012"]}
  orders:
    type: aws:dynamodb:Table
    options: {provider: "${ireland}"}
    properties:
      attributes: [{name: customer, type: S}]
      hashKey: customer
      billingMode: PAY_PER_REQUEST
  events:
    type: aws:sqs:Queue
    properties: {visibilityTimeoutSeconds: 60, tags: {team: orders}}
  hourly:
    type: aws:cloudwatch:EventRule
    properties: {scheduleExpression: rate(1 hour)}
  to-events:
    type: aws:cloudwatch:EventTarget
    properties: {rule: "${hourly.name}", arn: "${events.arn}"}
outputs: {table: "${orders.arn}", queue: "${events.url}"}
"""


def mistakes(schema: dict[str, Any], token: str, inputs: dict[str, Any]) -> list[str]:
    """Return what a reader of the schema has against the inputs of a resource."""
    resource = schema["provider"] if token == PROVIDER else schema["resources"][token]
    expected: dict[str, Any] = {
        "properties": resource["inputProperties"],
        "required": resource["requiredInputs"],
        "additionalProperties": False,
        "types": {**schema["types"], "Archive": {}},
    }
    # In the pointers of JSON Schema, the slashes of tokens are escaped.
    text = re.sub(
        '"(?:#/types|pulumi.json#)/([^"]+)"',
        lambda found: f'"#/types/{found[1].replace("/", "~1")}"',
        json.dumps(expected),
    )
    validator: Any = Draft202012Validator(json.loads(text))
    return sorted(error.message for error in validator.iter_errors(inputs))


def test_the_least_inputs_of_every_type_fit_the_schema(schema: dict[str, Any]) -> None:
    found = {token: mistakes(schema, token, inputs) for token, inputs in samples("a.zip").items()}
    assert {token: each for token, each in found.items() if each} == {}


def test_a_program_in_yaml_fits_the_schema(schema: dict[str, Any]) -> None:
    program = yaml.safe_load(PROGRAM)
    tokens = {name: long_token(each["type"]) for name, each in program["resources"].items()}

    for name, resource in program["resources"].items():
        assert mistakes(schema, tokens[name], resource["properties"]) == []
    for name, output in re.findall(r"\$\{(\w+)\.(\w+)\}", PROGRAM):
        assert output in schema["resources"][tokens[name]]["properties"]


def test_a_reader_of_the_schema_finds_mistakes(schema: dict[str, Any]) -> None:
    inputs = {"visibilityTimeoutSeconds": "a minute", "visibility": 60}
    assert mistakes(schema, QUEUE, inputs) == [
        "'a minute' is not of type 'integer'",
        "Additional properties are not allowed ('visibility' was unexpected)",
    ]
    assert mistakes(schema, "aws:sns/topicPolicy:TopicPolicy", {"arn": "arn"}) == [
        "'policy' is a required property"
    ]


def long_token(token: str) -> str:
    """Return the token that the YAML host makes of a short one, such as ``aws:sqs:Queue``."""
    package, module, name = token.split(":")
    return token if token == PROVIDER else f"{package}:{module}/{name[0].lower()}{name[1:]}:{name}"
