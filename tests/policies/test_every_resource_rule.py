"""Every rule about one resource, at its exact limit: the value allowed, the next one, an unknown.

The tables beside this file probe more of each rule; this one makes sure that none is left out.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from pulumi_policy import EnforcementLevel

from policies.lmi.model.access import Props
from policies.lmi.model.resource import Change
from policies.lmi.rules import RULES
from testing.policies.support import ADAPTER_LAYER, PROVIDER_ARN, UNKNOWN, URL, Json, Res, provider
from tests.policies.judging import LEVEL, judge, on_the_wire
from tests.policies.native import native_function, native_provider
from tests.policies.stacks import function, sized

_LMI = "capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"
RATIO = f"{_LMI}.executionEnvironmentMemoryGibPerVcpu"
PROVIDER_REFERENCE = f"{_LMI}.capacityProviderArn"
CONCURRENCY = f"{_LMI}.perExecutionEnvironmentMaxConcurrency"
ENVIRONMENT = "environment.variables"
CAPACITY = "capacityProviderScalingConfigs.0"
REQUIREMENTS = "instanceRequirements.0"
LOGGING = "telemetryConfig.loggingConfig"
CPU = "LambdaCapacityProviderAverageCPUUtilization"

VCPU, MODE = f"{CAPACITY}.maxVcpuCount", f"{CAPACITY}.scalingMode"
POLICIES = f"{CAPACITY}.scalingPolicies"
ARCHITECTURES = f"{REQUIREMENTS}.architectures"
ALLOWED = f"{REQUIREMENTS}.allowedInstanceTypes"
SUBNETS, GROUPS = "vpcConfig.subnetIds", "vpcConfig.securityGroupIds"
OPERATOR = "permissionsConfig.capacityProviderOperatorRoleArn"
PROPAGATION, PROPAGATED = "propagateTags.mode", "propagateTags.explicitTags"
GROUP = f"{LOGGING}.logGroup"
LEAST, MOST = (f"functionScalingConfig.{end}ExecutionEnvironments" for end in ("min", "max"))
STORAGE = "ephemeralStorage.size"
ACCELERATOR = "acceleratorConfig.acceleratorMemorySize"
AT_ONCE = "scalingConfig.maximumConcurrency"
WORKERS = f"{ENVIRONMENT}.AWS_LAMBDA_NODEJS_WORKER_COUNT"
MAX_CONCURRENCY = {"AWS_LAMBDA_MAX_CONCURRENCY": "64"}
PUBLISHED, LATEST = "$LATEST.PUBLISHED", "LATEST_PUBLISHED"
ROLE_ARN = "arn:aws:iam::123456789012:role/operator"
OWN, OTHER = "123456789012", "210987654321"


def layer(name: str, account: str, version: int = 1) -> str:
    return f"arn:aws:lambda:eu-west-1:{account}:layer:{name}:{version}"


def adapter(version: int) -> str:
    return layer("LambdaAdapterLayerX86", "753240598075", version)


def tags(count: int) -> list[Json]:
    return [{"key": f"k{number}", "value": "v"} for number in range(count)]


NEW_LIBRARY = layer("AWSLambdaPowertoolsPythonV3-python313-x86_64", "017000801446")
OLD_LIBRARY = layer("AWSLambdaPowertoolsPythonV2", "017000801446")

LARGEST, LARGER = sized(32768, 2), sized(65536, 2)
OWNED = function(role="arn:aws:iam::123456789012:role/api")
PYTHON = function(layers=None, environment=None)
NODE = function(runtime="nodejs24.x", layers=None, environment={"variables": {}})
IMAGE = native_function(
    **{"packageType": "Image", "runtime": None, "layers": None, "environment": None},
    acceleratorConfig={"acceleratorMemorySize": 24},
)
POOL = provider(instanceRequirements=[{"architectures": ["x86_64"]}])
EXCLUDING = provider(
    instanceRequirements=[{"architectures": ["x86_64"], "excludedInstanceTypes": ["m5.*"]}]
)
NATIVE_POOL = native_provider(tags=tags(1))
EXPLICIT = native_provider(propagateTags={"mode": "Explicit", "explicitTags": tags(1)})
SCALING = Res(
    "aws:lambda/functionScalingConfig:FunctionScalingConfig",
    "numbers",
    {
        "functionName": "api",
        "qualifier": PUBLISHED,
        "functionScalingConfig": {"minExecutionEnvironments": 3, "maxExecutionEnvironments": 10},
    },
)
FRONT = Res(URL, "url", {"functionName": "api", "authorizationType": "AWS_IAM"})
WITH_COOKIES = replace(FRONT, inputs={**FRONT.inputs, "cors": {"allowCredentials": True}})
MAPPING = Res("aws:lambda/eventSourceMapping:EventSourceMapping", "work", {"functionName": "api"})


@dataclass(frozen=True)
class Probe:
    """Where a rule looks, and what it allows and refuses there; None leaves the property out."""

    policy: str
    resource: Res
    path: str
    allowed: Any
    refused: Any

    def with_value(self, value: Any) -> Res:
        """Return the resource with a value at the probed place."""
        inputs = deepcopy(self.resource.inputs)
        *above, last = [int(step) if step.isdigit() else step for step in self.path.split(".")]
        here: Any = inputs
        for step in above:
            here = here[step] if isinstance(step, int) else here.setdefault(step, {})
        if value is None:
            here.pop(last, None)
        else:
            here[last] = value
        return replace(self.resource, inputs=inputs)


PROBES = [
    # memory and vCPUs
    Probe("mem-01-at-least-2048-mb", function(), "memorySize", 2048, 2047),
    Probe("mem-02-at-most-32768-mb", function(), "memorySize", 32768, 32769),
    Probe("mem-03-ratio-from-2-to-8", function(), RATIO, 8, 8.5),
    Probe("mem-04-ratio-2-4-or-8", function(), RATIO, 4, 5),
    Probe("mem-05-ratio-within-memory", function(), RATIO, 4, 8),
    Probe("mem-06-exact-ratio-multiple", function(), "memorySize", 8192, 8193),
    # concurrency
    Probe("con-01-from-1-to-1600", LARGEST, CONCURRENCY, 1, -1),
    Probe("con-02-at-most-64-per-vcpu", function(), CONCURRENCY, 64, 65),
    Probe("con-03-at-most-1024", LARGER, CONCURRENCY, 1024, 1025),
    Probe("con-05-memory-for-each-python-process", PYTHON, CONCURRENCY, 32, 33),
    Probe("con-06-python-with-4-gib-per-vcpu", PYTHON, RATIO, 4, 2),
    Probe("con-07-more-than-one-per-vcpu", function(), CONCURRENCY, 2, 1),
    Probe("con-08-storage-for-each-request", LARGEST, CONCURRENCY, 512, 513),
    Probe("con-09-no-reserved-lmi-variables", NODE, ENVIRONMENT, {"MAX": "1"}, MAX_CONCURRENCY),
    Probe("con-10-node-workers-within-concurrency", NODE, WORKERS, "64", "65"),
    Probe("con-11-file-descriptors-for-each-request", LARGEST, CONCURRENCY, 512, 513),
    Probe("con-12-libraries-for-concurrency", function(), "layers.0", NEW_LIBRARY, OLD_LIBRARY),
    Probe("con-14-at-most-16-python-processes-per-vcpu", PYTHON, CONCURRENCY, 16, 17),
    # environments
    Probe("sc-01-from-0-to-15000", SCALING, MOST, 15000, 15001),
    Probe("sc-02-minimum-within-maximum", SCALING, MOST, 3, 2),
    Probe("sc-03-qualifier-is-a-version", SCALING, "qualifier", PUBLISHED, "$LATEST"),
    Probe("sc-06-function-without-qualifier", SCALING, "functionName", "api", "api:live"),
    Probe("sc-12-enough-environments-for-every-zone", SCALING, LEAST, 3, 2),
    Probe("sc-16-both-minimum-and-maximum", SCALING, MOST, 3, None),
    Probe("sc-17-zero-for-both-only", SCALING, LEAST, 1, 0),
    Probe("sc-18-scaling-carries-over", SCALING, "qualifier", PUBLISHED, "7"),
    # the capacity provider
    Probe("cp-01-name-fits-the-arn", POOL, "name", "a" * 84, "a" * 85),
    Probe("cp-03-from-1-to-16-subnets", POOL, SUBNETS, ["subnet-1"] * 16, ["subnet-1"] * 17),
    Probe("cp-04-at-most-5-security-groups", POOL, GROUPS, ["sg-1"] * 5, ["sg-1"] * 6),
    Probe("cp-05-a-security-group-of-its-own", POOL, GROUPS, ["sg-1"], []),
    Probe("cp-09-one-architecture", POOL, ARCHITECTURES, ["arm64"], ["arm64", "x86_64"]),
    Probe("cp-19-from-2-to-15000-vcpu", POOL, VCPU, 15000, 15001),
    Probe("cp-20-vcpu-maximum-is-set", POOL, VCPU, 20, None),
    Probe("cp-21-room-for-three-instances", POOL, VCPU, 12, 11),
    Probe("cp-22-scaling-mode-auto-or-manual", POOL, MODE, "Manual", "MANUAL"),
    Probe("cp-23-manual-scaling-has-a-policy", POOL, POLICIES, [{}] * 10, [{}] * 11),
    Probe("cp-24-automatic-scaling-has-no-policy", POOL, MODE, "Manual", "Auto"),
    Probe("cp-25-known-scaling-metric", POOL, f"{POLICIES}.0.predefinedMetricType", CPU, "CPU"),
    Probe("cp-26-target-from-0-to-100", POOL, f"{POLICIES}.0.targetValue", 100, 100.1),
    Probe("cp-26-target-leaves-headroom", POOL, f"{POLICIES}.0.targetValue", 80, 80.1),
    Probe("cp-28-operator-role-is-an-arn", POOL, OPERATOR, ROLE_ARN, "operator"),
    Probe("cp-29-key-is-an-arn", POOL, "kmsKeyArn", "arn:aws:kms:eu-west-1:1:key/a", ""),
    Probe("cp-31-generated-name", POOL, "name", "pool-0a1b2c3", "pool"),
    Probe("cp-34-provider-is-an-arn", function(), PROVIDER_REFERENCE, PROVIDER_ARN, "pool"),
    Probe("cp-35-requirements-have-architectures", POOL, ARCHITECTURES, ["x86_64"], None),
    Probe("cp-36-scaling-has-a-mode", POOL, MODE, "Auto", None),
    Probe("cp-33-maximum-within-the-account-quota", POOL, VCPU, 64, 65),
    Probe("cost-02-maximum-within-the-budget", POOL, VCPU, 64, 65),
    # instance types
    Probe("cp-11-allowed-or-excluded-types", EXCLUDING, ALLOWED, [], ["m7i.large"]),
    Probe("cp-12-names-of-instance-types", POOL, ALLOWED, ["m7i.*"] * 400, ["m7i.*"] * 401),
    Probe("cp-13-enough-instance-types", POOL, ALLOWED, ["m7i.large"] * 3, ["m7i.large"] * 2),
    Probe("cp-14-c-m-and-r-instances", POOL, ALLOWED, ["m7i.large"], ["t3.large"]),
    Probe("cp-15-smallest-instance-sizes", POOL, ALLOWED, ["m7i.large"], ["m7g.medium"]),
    Probe("cp-16-types-of-the-architecture", POOL, ALLOWED, ["m7i.large"], ["m7g.large"]),
    # tags and logs of a provider, which aws-native alone can set
    Probe("q-05-tags-reach-instances", NATIVE_POOL, "propagateTags", {"mode": "None"}, None),
    Probe("tag-01-propagation-none-or-explicit", NATIVE_POOL, PROPAGATION, "None", "none"),
    Probe("tag-02-at-most-40-propagated-tags", NATIVE_POOL, PROPAGATED, tags(40), tags(41)),
    Probe("tag-03-explicit-propagation-has-tags", EXPLICIT, PROPAGATED, tags(1), tags(0)),
    Probe("tag-04-no-tags-without-propagation", EXPLICIT, PROPAGATION, "Explicit", "None"),
    Probe("tel-01-known-log-level", NATIVE_POOL, f"{LOGGING}.systemLogLevel", "WARN", "ERROR"),
    Probe("tel-02-name-of-a-log-group", NATIVE_POOL, GROUP, "a" * 512, "a" * 513),
    Probe("tel-05-log-group-that-is-delivered-to", NATIVE_POOL, GROUP, "/aws/a", "aws/a"),
    # the function
    Probe("fn-02-supported-runtime", function(), "runtime", "python3.13", "python3.12"),
    Probe("fn-03-provided-al2023", function(), "runtime", "provided.al2023", "provided.al2"),
    Probe("fn-05-no-function-vpc-config", function(), "vpcConfig.subnetIds", [], ["subnet-1"]),
    Probe("fn-07-timeout-at-most-5400-seconds", function(), "timeout", 5400, 5401),
    Probe("fn-08-timeout-is-short", function(), "timeout", 300, 301),
    Probe("fn-10-no-snap-start", function(), "snapStart.applyOn", "None", "PublishedVersions"),
    Probe("fn-11-no-reserved-concurrency", function(), "reservedConcurrentExecutions", -1, 0),
    Probe("fn-12-no-tenant-isolation", function(), "tenancyConfig", None, {"a": "b"}),
    Probe("fn-13-durable-ranges", function(), "durableConfig.retentionPeriod", 90, 91),
    Probe("fn-14-at-most-5-layers", function(), "layers", [ADAPTER_LAYER] * 5, [ADAPTER_LAYER] * 6),
    Probe("fn-15-json-logs", function(), "loggingConfig.logFormat", "JSON", "Text"),
    Probe("fn-16-storage-from-512-to-10240-mb", function(), STORAGE, 10240, 10241),
    Probe("fn-17-no-file-system", function(), "fileSystemConfig", None, {"arn": "a"}),
    Probe("fn-26-long-work-is-prepared", function(), "timeout", 900, 901),
    Probe("fn-22-mapping-concurrency-from-2-to-1000", MAPPING, AT_ONCE, 1000, 1001),
    Probe("gpu-01-known-accelerator-memory", IMAGE, ACCELERATOR, 24, 25),
    Probe("gpu-02-accelerator-on-a-provider", IMAGE, "capacityProviderConfig", {"a": {}}, None),
    Probe("gpu-03-accelerator-in-an-image", IMAGE, "packageType", "Image", "Zip"),
    Probe("gpu-04-accelerator-on-x86", IMAGE, "architectures", ["x86_64"], ["arm64"]),
    Probe("gpu-07-large-storage-with-an-accelerator", native_function(), STORAGE, 10240, 10241),
    # publishing
    Probe("pub-04-publish-to-latest-published", function(), "publishTo", LATEST, "LATEST"),
    Probe("pub-07-versions-do-not-pile-up", function(), "publishTo", LATEST, None),
    # URLs and the adapter
    Probe("url-01-known-mode-and-authorization", FRONT, "invokeMode", "BUFFERED", "buffered"),
    Probe("url-12-url-asks-for-a-caller", FRONT, "authorizationType", "AWS_IAM", "NONE"),
    Probe("url-14-named-origins", WITH_COOKIES, "cors.allowOrigins", ["https://a.example"], ["*"]),
    Probe("url-05-adapter-layer-and-wrapper", function(), "layers", [ADAPTER_LAYER], []),
    Probe("url-06-adapter-for-lmi", function(), "layers.0", adapter(26), adapter(25)),
    Probe("url-07-adapter-of-the-architecture", function(), "architectures", ["x86_64"], ["arm64"]),
    # anything on AWS
    Probe("gen-03-no-secrets-in-variables", function(), f"{ENVIRONMENT}.DB_PASSWORD", "", "horse"),
    Probe("gen-04-no-reserved-variables", NODE, ENVIRONMENT, {"REGION": "a"}, {"AWS_REGION": "a"}),
    Probe("gen-05-variables-within-4-kb", NODE, ENVIRONMENT, {"X": "a" * 4088}, {"X": "a" * 4089}),
    Probe("gen-06-layers-of-known-accounts", OWNED, "layers.0", layer("a", OWN), layer("a", OTHER)),
    Probe(
        "gen-26-no-variables-of-the-runtime", NODE, ENVIRONMENT, {"HANDLER": "a"}, {"_HANDLER": "a"}
    ),
    Probe(
        "gen-23-search-paths-keep-what-lambda-sets",
        NODE,
        f"{ENVIRONMENT}.PATH",
        "/var/lang/bin:/usr/bin",
        "/var/lang/bin",
    ),
]
OF_FILES: Final = ("gen-24-zip-below-50-mb", "gen-25-files-below-250-mb")
"""Rules about files, with values of their own in `test_package.py`."""

CONFIG: Final = {
    **{rule.name: {LEVEL: "advisory"} for rule in RULES},
    "cp-33-maximum-within-the-account-quota": {LEVEL: "advisory", "accountVcpuQuota": 64.0},
}


def reports(policy: str, resource: Res) -> bool:
    return any(found.policy == policy for found in judge(resource, config=CONFIG))


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.policy)
def test_a_rule_keeps_to_its_limit_and_is_silent_on_what_is_not_known(probe: Probe) -> None:
    assert not reports(probe.policy, probe.with_value(probe.allowed))
    assert reports(probe.policy, probe.with_value(probe.refused))
    assert not reports(probe.policy, probe.with_value(UNKNOWN))


def changes_of(policy: str, resource: Res) -> list[Change]:
    """Return the values that a rule's fixes propose for a resource."""
    (rule,) = [rule for rule in RULES if rule.name == policy]
    assert rule.subject is not None
    props = Props(on_the_wire(resource.inputs))
    seen = rule.subject(type=resource.type, name=resource.name, urn=resource.urn, props=props)
    found = rule.check(seen, *(setting.default for setting in rule.settings))
    return [change for finding in found for change in finding.fix.changes]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.policy)
def test_the_values_that_a_fix_proposes_break_no_rule_that_stops(probe: Probe) -> None:
    broken = fixed = probe.with_value(probe.refused)
    for change in changes_of(probe.policy, broken):
        path = ".".join(map(str, change.path))
        fixed = replace(probe, resource=fixed, path=path).with_value(change.value)
    if fixed != broken:
        assert not reports(probe.policy, fixed)
    stopping = {rule.name for rule in RULES if rule.level is EnforcementLevel.MANDATORY}
    before, after = ({one.policy for one in judge(which)} for which in (broken, fixed))
    assert after & stopping <= before


def test_no_rule_about_one_resource_is_left_out() -> None:
    probed = [*(probe.policy for probe in PROBES), *OF_FILES]
    assert sorted(probed) == sorted(rule.name for rule in RULES if rule.subject)
