"""The resources that cases are made of; every rule accepts them as they are."""

import json
from typing import Any

from testing.policies.support import (
    ALIAS,
    FUNCTION,
    PROVIDER,
    URL,
    Json,
    function_inputs,
    lmi,
    provider,
)
from tests.policies.linked.references import ACCOUNT, ARNS, To
from tests.policies.native import NATIVE_FUNCTION, native_function, native_lmi
from tests.policies.networks import ROLE, Stack

PERMISSION = "aws:lambda/permission:Permission"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"


def a_function(name: str, **changes: Any) -> Stack:
    return {name: (FUNCTION, function_inputs(name=name, **changes))}


def on(pool: str) -> Json:
    """Return a function's ``capacityProviderConfig`` on a provider of the stack."""
    return lmi(capacityProviderArn=To(pool), executionEnvironmentMemoryGibPerVcpu=4)


def a_native_function(name: str, on_provider: str, **changes: Any) -> tuple[str, Json]:
    config = native_lmi(arn=To(on_provider))
    inputs = {"functionName": name, "capacityProviderConfig": config, **changes}
    return NATIVE_FUNCTION, native_function(**inputs).inputs


def a_pool(name: str, **changes: Any) -> Stack:
    inputs = {**provider(**changes).inputs}
    return {name: (PROVIDER, {key: value for key, value in inputs.items() if key != "arn"})}


def scaled(**changes: Any) -> list[Json]:
    """Return a provider's ``capacityProviderScalingConfigs``."""
    (config,) = provider().inputs["capacityProviderScalingConfigs"]
    return [{**config, **changes}]


def of_types(*types: str, architecture: str = "x86_64") -> list[Json]:
    """Return a provider's ``instanceRequirements``."""
    return [{"architectures": [architecture], "allowedInstanceTypes": list(types)}]


def environments(least: int, most: int, of: str) -> tuple[str, Json]:
    numbers = {"minExecutionEnvironments": least, "maxExecutionEnvironments": most}
    inputs: Json = {"functionName": To(of, "name"), "qualifier": "$LATEST.PUBLISHED"}
    return SCALING, {**inputs, "functionScalingConfig": numbers}


def an_alias(of: str, **changes: Any) -> tuple[str, Json]:
    good = {"name": "live", "functionName": To(of), "functionVersion": "$LATEST.PUBLISHED"}
    return ALIAS, {**good, **changes}


def a_url(of: str, **changes: Any) -> tuple[str, Json]:
    good: Json = {"functionName": To(of, "name"), "qualifier": "live"}
    good |= {"authorizationType": "AWS_IAM", "invokeMode": "RESPONSE_STREAM"}
    return URL, {**good, **changes}


def buffered() -> Json:
    """Return the environment of a function whose adapter sends whole responses."""
    return {"variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}}


def a_permission(of: str, **changes: Any) -> tuple[str, Json]:
    good: Json = {"function": To(of), "action": "lambda:InvokeFunction", "principal": ACCOUNT}
    return PERMISSION, {**good, "qualifier": "live", **changes}


def a_mapping(of: str, source: str | To, **changes: Any) -> tuple[str, Json]:
    return MAPPING, {"functionName": To(of), "eventSourceArn": source, **changes}


def arn_of(function: str) -> str:
    return ARNS[FUNCTION].format(function)


def document(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowing(*actions: str, resource: str = "arn:aws:s3:::b/*", **others: Any) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **others}


def trusting(principal: Any, **others: Any) -> str:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document({**trust, **others})


OF_ACCOUNT = {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
BY_LAMBDA = trusting({"Service": "lambda.amazonaws.com"}, **OF_ACCOUNT)
TRACING = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def a_role(name: str, **changes: Any) -> Stack:
    return {name: (ROLE, {"name": name, "assumeRolePolicy": BY_LAMBDA, **changes})}


def inline(*statements: Json) -> Json:
    return {"inlinePolicies": [{"name": "p", "policy": document(*statements)}]}


def operated_by(role: str) -> Json:
    return {"permissionsConfig": {"capacityProviderOperatorRoleArn": To(role)}}
