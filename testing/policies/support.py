"""Resources for the policy pack to judge: functions and capacity providers that rules accept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

Json = dict[str, Any]
UNKNOWN = UNKNOWN_STRING_VALUE
"""A value that only the update will know; its kind makes no difference to the proxies."""

FUNCTION = "aws:lambda/function:Function"
PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
ALIAS = "aws:lambda/alias:Alias"
URL = "aws:lambda/functionUrl:FunctionUrl"

PROVIDER_ARN = "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:pool"
ADAPTER_LAYER = "arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:30"


@dataclass(frozen=True)
class Res:
    """A resource of a test's stack.

    ``made_from`` names the resources behind each property, ``depends_on`` those that it waits for;
    ``made_by`` is the URN of the Pulumi provider. An
    external resource is read with ``.get``.
    """

    type: str
    name: str
    inputs: Json
    outputs: Json | None = None
    made_from: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    parent_type: str = ""
    ignore_changes: tuple[str, ...] = ()
    depends_on: Sequence[str] = ()
    is_external: bool = False
    project: str = "shop"
    made_by: str = "urn:pulumi:dev::shop::pulumi:providers:aws::default"

    @property
    def urn(self) -> str:
        """The URN that the engine would give the resource."""
        parent = f"{self.parent_type}$" if self.parent_type else ""
        return f"urn:pulumi:dev::{self.project}::{parent}{self.type}::{self.name}"

    @property
    def checked_inputs(self) -> Json:
        """The inputs after the provider's check, to which pulumi-aws adds the Region.

        A resource that a program does not own has none.
        """
        return {} if self.is_external else self.inputs or {"region": "eu-west-1"}


def lmi(**settings: Any) -> Json:
    """Return a function's ``capacityProviderConfig``; a setting of None is left out."""
    known: Json = {"capacityProviderArn": PROVIDER_ARN, **settings}
    config = {key: value for key, value in known.items() if value is not None}
    return {"lambdaManagedInstancesCapacityProviderConfig": config}


def function_inputs(**changes: Any) -> Json:
    """Return the inputs of ``function``."""
    good: Json = {
        "name": "api",
        "runtime": "python3.13",
        "handler": "run.sh",
        "memorySize": 4096,
        "architectures": ["x86_64"],
        "publish": True,
        "publishTo": "LATEST_PUBLISHED",
        "layers": [ADAPTER_LAYER],
        "environment": {
            "variables": {
                "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
                "AWS_LWA_INVOKE_MODE": "response_stream",
            }
        },
        "capacityProviderConfig": lmi(
            executionEnvironmentMemoryGibPerVcpu=4, perExecutionEnvironmentMaxConcurrency=64
        ),
        **changes,
    }
    return {key: value for key, value in good.items() if value is not None}


def provider(name: str = "pool", /, **changes: Any) -> Res:
    """Return a capacity provider that every rule accepts, but for the changes; None removes."""
    cpu = {"predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization"}
    scaling = {"maxVcpuCount": 20, "scalingMode": "Manual"}
    good: Json = {
        "region": "eu-west-1",
        "arn": PROVIDER_ARN,
        "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "capacityProviderScalingConfigs": [
            {**scaling, "scalingPolicies": [{**cpu, "targetValue": 70}]}
        ],
        **changes,
    }
    return Res(PROVIDER, name, {key: value for key, value in good.items() if value is not None})
