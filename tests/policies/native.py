"""The same stacks as resources of aws-native, whose properties stand elsewhere."""

from __future__ import annotations

from testing.policies.support import ADAPTER_LAYER, PROVIDER_ARN, Json, Res

NATIVE_FUNCTION = "aws-native:lambda:Function"
NATIVE_PROVIDER = "aws-native:lambda:CapacityProvider"
NATIVE_VERSION = "aws-native:lambda:Version"
NATIVE_ALIAS = "aws-native:lambda:Alias"
NATIVE_URL = "aws-native:lambda:Url"
NATIVE_PERMISSION = "aws-native:lambda:Permission"
NATIVE_MAPPING = "aws-native:lambda:EventSourceMapping"


def native_function(resource: str = "api", /, **changes: object) -> Res:
    """Return an LMI function that every rule accepts, but for the changes; None removes."""
    good: Json = {
        "functionName": "api",
        "runtime": "python3.13",
        "handler": "run.sh",
        "memorySize": 4096,
        "architectures": ["x86_64"],
        "layers": [ADAPTER_LAYER],
        "environment": {
            "variables": {
                "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
                "AWS_LWA_INVOKE_MODE": "response_stream",
            }
        },
        "capacityProviderConfig": native_lmi(),
        **changes,
    }
    return Res(NATIVE_FUNCTION, resource, {k: v for k, v in good.items() if v is not None})


def native_lmi(ratio: object = 4, concurrency: object = 64, arn: object = PROVIDER_ARN) -> Json:
    """Return a function's ``capacityProviderConfig``."""
    return {
        "lambdaManagedInstancesCapacityProviderConfig": {
            "capacityProviderArn": arn,
            "executionEnvironmentMemoryGiBPerVCpu": ratio,
            "perExecutionEnvironmentMaxConcurrency": concurrency,
        }
    }


def native_provider(**changes: object) -> Res:
    """Return a capacity provider that every rule accepts, but for the changes; None removes."""
    cpu = {"predefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization"}
    good: Json = {
        "arn": PROVIDER_ARN,
        "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "capacityProviderScalingConfig": {
            "maxVCpuCount": 20,
            "scalingMode": "Manual",
            "scalingPolicies": [{**cpu, "targetValue": 70}],
        },
        **changes,
    }
    return Res(NATIVE_PROVIDER, "pool", {k: v for k, v in good.items() if v is not None})
