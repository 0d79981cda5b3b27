"""What the program declares, as a template would write it."""

import json
from collections.abc import Mapping
from typing import Any, cast

from tests.infra.api_requests import REQUESTS, as_request
from tests.infra.declared import Json, Program, Resource
from tests.infra.side_by_side.resources import Resources, comparable

RESOURCE_CLASSES = ("Function", "Alias", "FunctionScalingConfig", "FunctionUrl", "CapacityProvider")


def written(declared: Program) -> Resources:
    """Write the resources that the streaming example has too, and those that belong to them."""
    function, alias, scaling, url, provider = (
        declared.one(f"aws:lambda/{kind[:1].lower()}{kind[1:]}:{kind}") for kind in RESOURCE_CLASSES
    )
    execution, operator = (
        declared.named("aws:iam/role:Role", f"lmi-streaming-{part}")
        for part in ("execution", "operator")
    )
    logs = declared.named("aws:cloudwatch/logGroup:LogGroup")
    made_up = {
        function.outputs["name"]: "function",
        f"{function.outputs['name']}:live": "alias",
        provider.outputs["arn"]: "Arn of the capacity provider",
        execution.outputs["arn"]: "Arn of the execution role",
        operator.outputs["arn"]: "Arn of the operator role",
    }
    resources: Resources = {
        "function": _logging_to(logs, _properties(function)) | _scaling(scaling),
        "alias": _properties(alias),
        "URL": _of_alias(_properties(url)),
        "capacity provider": _properties(provider),
        "execution role": _role(declared, execution),
        "operator role": _role(declared, operator),
        "log group": {"RetentionInDays": logs.inputs["retentionInDays"]},
    }
    return {name: comparable(_named(value, made_up)) for name, value in resources.items()}


def _properties(resource: Resource) -> Json:
    """Return the members of the create request, without a name that the provider makes up."""
    _, members = as_request(resource)
    if "name" not in resource.inputs:
        members.pop(REQUESTS[resource.type].named, None)
    return members


def _logging_to(logs: Resource, function: Json) -> Json:
    """Tell the log group, whose name the mocks make up just as they do the function's."""
    logging = cast("Json", function["LoggingConfig"])
    assert logging["LogGroup"] == logs.outputs["name"]
    return {**function, "LoggingConfig": {**logging, "LogGroup": "log group"}}


def _scaling(scaling: Resource) -> Json:
    """Return what is a resource here and a property of the function there."""
    return {"FunctionScalingConfig": _properties(scaling)["FunctionScalingConfig"]}


def _of_alias(url: Json) -> Json:
    """Name the target of a URL as templates do."""
    target = f"{url.pop('FunctionName')}:{url.pop('Qualifier')}"
    return {**url, "TargetFunctionArn": target}


def _role(declared: Program, role: Resource) -> Json:
    """Return a role with its policies, which are resources of their own here."""
    mine = {"role": role.outputs["name"]}
    attached = declared.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment", **mine)
    documents = (
        json.loads(policy.inputs["policy"])
        for policy in declared.all("aws:iam/rolePolicy:RolePolicy", **mine)
    )
    properties = {
        **_properties(role),
        "AssumeRolePolicyDocument": json.loads(role.inputs["assumeRolePolicy"]),
        "ManagedPolicyArns": [policy.inputs["policyArn"] for policy in attached],
        "Policies": [
            action
            for document in documents
            for statement in document["Statement"]
            for action in statement["Action"]
        ],
    }
    return {name: value for name, value in properties.items() if value != []}


def _named(value: Any, made_up: Mapping[str, str]) -> Any:
    """Return what the values are that the mocks make up."""
    if isinstance(value, dict):
        members = cast("Json", value).items()
        return {name: _named(member, made_up) for name, member in members}
    return made_up.get(value, value) if isinstance(value, str) else value
