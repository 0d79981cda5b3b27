"""Cases of capacity providers: their size and shape, and who shares them."""

from testing.policies.support import Json
from tests.policies.linked.case import Case
from tests.policies.linked.parts import (
    a_function,
    a_native_function,
    a_pool,
    a_url,
    environments,
    of_types,
    on,
    scaled,
)
from tests.policies.linked.references import To
from tests.policies.native import NATIVE_PROVIDER, NATIVE_VERSION, native_provider
from tests.policies.networks import SUBNET, ZONES

CPU_AND_GPU = [
    {"predefinedMetricType": f"LambdaCapacityProviderAverage{unit}Utilization", "targetValue": 70}
    for unit in ("CPU", "GPU")
]
ON_TIGHT, ON_SMALL, ON_CHEAP = on("tight-pool"), on("small-pool"), on("cheap-pool")
PARKED: Json = {
    "functionName": To("full"),
    "functionScalingConfig": {"minExecutionEnvironments": 0, "maxExecutionEnvironments": 0},
}
ACCELERATED = {"packageType": "Image", "runtime": None, "handler": None, "layers": None}

KEPT = {"retentionInDays": 14, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k"}

POOLS = [
    Case(
        {
            "sc-09-minimum-fits-the-provider": "small-pool",
            "sc-11-maximum-within-the-provider": "small-scale",
            "cp-37-room-for-a-spare-instance": "small-pool",
        },
        {
            **a_pool("small-pool"),
            **a_function("small", capacityProviderConfig=ON_SMALL),
            "small-scale": environments(3, 13, "small"),
        },
        {
            "small-pool": {"capacityProviderScalingConfigs": scaled(maxVcpuCount=12)},
            "small-scale": environments(13, 13, "small"),
        },
    ),
    Case(
        {"sc-10-room-to-publish": "tight-pool"},
        {
            **a_pool("tight-pool"),
            **a_function("tight", capacityProviderConfig=ON_TIGHT),
            "tight-scale": environments(10, 12, "tight"),
        },
        {"tight-scale": environments(11, 12, "tight")},
    ),
    Case(
        {"cp-10-same-architecture": "odd"},
        {**a_pool("odd-pool"), **a_function("odd", capacityProviderConfig=on("odd-pool"))},
        {"odd-pool": {"instanceRequirements": of_types(architecture="arm64")}},
    ),
    Case(
        {
            "cp-17-types-of-the-ratio": "shaped",
            "sec-01-one-trust-zone-for-each-provider": "shaped",
            "cp-27-gpu-metric-for-accelerators": "shaped-pool",
        },
        {
            **a_pool(
                "shaped-pool",
                tags={"trust-zone": "shop"},
                instanceRequirements=of_types("m7i.xlarge", "m6i.xlarge", "m7i.2xlarge"),
            ),
            **a_function(
                "shaped", capacityProviderConfig=on("shaped-pool"), tags={"trust-zone": "shop"}
            ),
        },
        {
            "shaped-pool": {
                "instanceRequirements": of_types("c7i.xlarge", "c6i.xlarge", "c7i.2xlarge"),
                "capacityProviderScalingConfigs": scaled(scalingPolicies=CPU_AND_GPU),
            },
            "shaped": {"tags": {"trust-zone": "office"}},
        },
    ),
    Case(
        {"cp-18-some-type-holds-the-function": "large"},
        {
            **a_pool(
                "large-pool", instanceRequirements=of_types("m7i.large", "m6i.large", "m5.large")
            ),
            **a_function("large", capacityProviderConfig=on("large-pool")),
        },
        {"large": {"memorySize": 8192}},
    ),
    Case(
        {
            "cp-02-names-differ": "twin-two",
            "cp-31-generated-name": ("twin-one", "twin-two"),
            "tel-04-log-group-before-its-provider": ("twin-one", "twin-two"),
        },
        {
            **a_pool("twin-one"),
            **a_pool("twin-two"),
            "twin-logs": (
                "aws:cloudwatch/logGroup:LogGroup",
                {"name": "/aws/lambda/capacity-provider/twins", **KEPT},
            ),
        },
        {"twin-one": {"name": "twins"}, "twin-two": {"name": "twins"}},
    ),
    Case(
        {
            "sec-02-public-and-internal-functions-apart": "shared-pool",
            "url-12-url-asks-for-a-caller": "public-url",
        },
        {
            # with room for the first instances of two
            **a_pool("shared-pool", capacityProviderScalingConfigs=scaled(maxVcpuCount=28)),
            **a_function("public", capacityProviderConfig=on("shared-pool")),
            **a_function("internal", capacityProviderConfig=on("shared-pool")),
            "public-url": a_url("public", functionName=To("public")),
        },
        {"public-url": {"authorizationType": "NONE"}},
    ),
    Case(
        {"cost-01-provider-is-worth-its-instances": "cheap-pool"},
        {**a_pool("cheap-pool"), **a_function("cheap", capacityProviderConfig=ON_CHEAP)},
        {
            "cheap": {
                "memorySize": 2048,
                "capacityProviderConfig": {
                    "lambdaManagedInstancesCapacityProviderConfig": {
                        "capacityProviderArn": To("cheap-pool")
                    }
                },
            }
        },
    ),
    Case(
        {"gpu-05-some-type-has-the-accelerator": "vision"},
        {
            "vision-pool": (
                NATIVE_PROVIDER,
                native_provider(
                    arn=None,
                    instanceRequirements=of_types("g5.2xlarge", "g6.2xlarge", "g5.4xlarge")[0],
                ).inputs,
            ),
            "vision": a_native_function(
                "vision",
                on_provider="vision-pool",
                **ACCELERATED,
                acceleratorConfig={"acceleratorMemorySize": 24},
            ),
        },
        {"vision": {"acceleratorConfig": {"acceleratorMemorySize": 48}}},
    ),
    Case(
        {"q-02-at-most-100-versions": "full-pool"},
        {
            **a_pool("full-pool"),
            "full": a_native_function("full", on_provider="full-pool"),
            **{f"full-{number}": (NATIVE_VERSION, PARKED) for number in range(99)},
        },
        {"full-99": (NATIVE_VERSION, PARKED)},
    ),
    Case(
        {"cp-07-one-vpc": "torn-pool", "cp-06-subnets-in-several-zones": "torn-pool"},
        {
            **{
                f"torn-{zone}": (SUBNET, {"vpcId": "vpc-1", "availabilityZone": zone})
                for zone in ZONES
            },
            **a_pool(
                "torn-pool",
                vpcConfig={
                    "subnetIds": [To(f"torn-{zone}") for zone in ZONES],
                    "securityGroupIds": ["sg-1"],
                },
            ),
        },
        {
            "torn-a": {"vpcId": "vpc-2"},
            **{f"torn-{zone}": {"availabilityZone": "a"} for zone in ZONES[1:]},
        },
    ),
]
