"""What a stack may set: where every setting goes, and the one line that every mistake gets."""

from typing import Any

import pulumi
import pytest

from infra.settings import (
    ApiSettings,
    CapacitySettings,
    CorsSettings,
    FunctionSettings,
    NetworkSettings,
    ScalingSettings,
    UrlSettings,
)
from policies.lmi.facts.limits import LOG_RETENTION_DAYS
from tests.infra.declared import PUBLIC, REGION, declare, declare_with, load
from tests.infra.judged import unexplained

FUNCTION = "aws:lambda/function:Function"
PROVIDER = "aws:lambda/capacityProvider:CapacityProvider"
SCALING = "aws:lambda/functionScalingConfig:FunctionScalingConfig"
MANAGED = ("capacityProviderConfig", "lambdaManagedInstancesCapacityProviderConfig")
POOL = ("capacityProviderScalingConfigs", 0)
INSTANCES = ("instanceRequirements", 0)
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("key", "value", "type_", "path"),
    [
        ("memoryMb", 8192, FUNCTION, ("memorySize",)),
        ("memoryGibPerVcpu", 4, FUNCTION, (*MANAGED, "executionEnvironmentMemoryGibPerVcpu")),
        ("maxConcurrency", 16, FUNCTION, (*MANAGED, "perExecutionEnvironmentMaxConcurrency")),
        (
            "healthPath",
            "/ready",
            FUNCTION,
            ("environment", "variables", "AWS_LWA_READINESS_CHECK_PATH"),
        ),
        ("vpcCidr", "172.16.0.0/20", "aws:ec2/vpc:Vpc", ("cidrBlock",)),
        ("maxVcpu", 40, PROVIDER, (*POOL, "maxVcpuCount")),
        ("scalingMode", "Auto", PROVIDER, (*POOL, "scalingMode")),
        ("allowedInstanceTypes", ["m7i.*"], PROVIDER, (*INSTANCES, "allowedInstanceTypes")),
        ("excludedInstanceTypes", ["c5.*"], PROVIDER, (*INSTANCES, "excludedInstanceTypes")),
        ("capacityKmsKeyArn", KEY, PROVIDER, ("kmsKeyArn",)),
        ("trustZone", "shop", PROVIDER, ("tags", "trust-zone")),
        ("trustZone", "shop", FUNCTION, ("tags", "trust-zone")),
        ("ephemeralStorageMb", 10240, FUNCTION, ("ephemeralStorage", "size")),
        ("logLevel", "DEBUG", FUNCTION, ("loggingConfig", "applicationLogLevel")),
        ("logKmsKeyArn", KEY, LOG_GROUP, ("kmsKeyId",)),
        ("cpuTarget", 50, PROVIDER, (*POOL, "scalingPolicies", 0, "targetValue")),
        ("minEnvironments", 6, SCALING, ("functionScalingConfig", "minExecutionEnvironments")),
        ("maxEnvironments", 60, SCALING, ("functionScalingConfig", "maxExecutionEnvironments")),
        ("timeoutSeconds", 900, FUNCTION, ("timeout",)),
        ("architecture", "arm64", FUNCTION, ("architectures", 0)),
        ("logRetentionDays", 365, LOG_GROUP, ("retentionInDays",)),
    ],
)
def test_every_setting_reaches_its_property(
    key: str, value: object, type_: str, path: tuple[str | int, ...]
) -> None:
    found: Any = declare_with({f"lmi-streaming:{key}": value}).named(type_).inputs
    for step in path:
        found = found[step]

    assert found == value


def test_the_classes_have_the_defaults_of_pulumi_yaml() -> None:
    settings = load(corsOrigins=["https://app.example.com"])

    assert settings.network == NetworkSettings()
    assert settings.capacity == CapacitySettings()
    assert settings.function == FunctionSettings()
    assert settings.scaling == ScalingSettings()
    assert settings.url == UrlSettings(cors=CorsSettings(origins=("https://app.example.com",)))
    assert settings.api == ApiSettings()


@pytest.mark.parametrize("days", LOG_RETENTION_DAYS)
def test_every_period_that_cloudwatch_logs_offers_is_taken(days: int) -> None:
    assert load(logRetentionDays=days).function.log_retention_days == days


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        pytest.param("memoryMb", 3072, "mem-06-exact-ratio-multiple", id="1.5 vCPU"),
        pytest.param("memoryGibPerVcpu", 3, "mem-04-ratio-2-4-or-8", id="no EC2 family's ratio"),
        pytest.param("maxConcurrency", 65, "con-02-at-most-64-per-vcpu", id="65 on one vCPU"),
        pytest.param("maxVcpu", 1, "cp-19-from-2-to-15000-vcpu", id="fewer than 2 vCPUs"),
        pytest.param("cpuTarget", 101, "cp-26-target-from-0-to-100", id="more than all CPU"),
        pytest.param("maxEnvironments", 1, "sc-02-minimum-within-maximum", id="1, and 3 at least"),
        pytest.param(
            "ephemeralStorageMb", 511, "fn-16-storage-from-512-to-10240-mb", id="less than /tmp has"
        ),
        pytest.param(
            "environment",
            {"AWS_LAMBDA_MAX_CONCURRENCY": "1"},
            "con-09-no-reserved-lmi-variables",
            id="a variable of Lambda's",
        ),
        pytest.param(
            "allowedInstanceTypes", ["t3.large"], "cp-14-c-m-and-r-instances", id="a burstable type"
        ),
    ],
)
def test_what_lmi_would_refuse_is_left_to_the_policy_pack(
    key: str, value: object, rule: str
) -> None:
    declared = declare_with({f"lmi-streaming:{key}": value})

    assert rule in {violation.policy for violation in unexplained(declared, set())}


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (
            "memoryMb",
            "2 GB",
            "lmi-streaming:memoryMb is '2 GB'. Allowed: a whole number. "
            "Fix: pulumi config set memoryMb NUMBER",
        ),
        (
            "minEnvironments",
            "",
            "lmi-streaming:minEnvironments is ''. Allowed: a whole number. "
            "Fix: pulumi config set minEnvironments NUMBER",
        ),
        (
            "cpuTarget",
            None,
            "lmi-streaming:cpuTarget is not set, and Pulumi.yaml gives no default. "
            "Allowed: what its description in Pulumi.yaml says. "
            "Fix: pulumi config set cpuTarget VALUE",
        ),
        (
            "timeoutSeconds",
            901,  # one above what AWS gives synchronous calls
            "lmi-streaming:timeoutSeconds is 901. "
            "Allowed: 1 to 900, the longest that AWS lets a function URL wait. "
            "Fix: pulumi config set timeoutSeconds 900",
        ),
        (
            "timeoutSeconds",
            0,
            "lmi-streaming:timeoutSeconds is 0. "
            "Allowed: 1 to 900, the longest that AWS lets a function URL wait. "
            "Fix: pulumi config set timeoutSeconds 900",
        ),
        *(
            (
                "healthPath",
                path,
                f"lmi-streaming:healthPath is '{path}'. Allowed: a path that begins with /, of at "
                "most 200 letters, digits and ._~%/- after it. "
                "Fix: pulumi config set healthPath /health",
            )
            for path in ("", "ready", "/ready?deep=1", "http://127.0.0.1/ready", "/a b")
        ),
        *(
            (
                "serviceName",
                name,
                f"lmi-streaming:serviceName is '{name}'. Allowed: 2 to 46 lower-case letters, "
                "digits and single hyphens between them, the first a letter; AWS limits the names "
                "that are made of it. Fix: pulumi config set serviceName chat",
            )
            for name in (
                "",
                "c",
                "Chat",
                "my chat",
                "chat-",
                "a--b",
                "1st",
                "c" * 47,
                "a-" * 23 + "a",
            )
        ),
        *(
            (
                "appFolder",
                folder,
                f"lmi-streaming:appFolder is '{folder}'. Allowed: the path of a folder, absolute "
                "or from the program's folder. Fix: pulumi config set appFolder services/chat",
            )
            for folder in ("", " ")
        ),
        (
            "architecture",
            "aarch64",
            "lmi-streaming:architecture is 'aarch64'. Allowed: x86_64 or arm64. "
            "Fix: pulumi config set architecture x86_64",
        ),
        (
            "urlAuth",
            "none",
            "lmi-streaming:urlAuth is 'none'. Allowed: AWS_IAM or NONE. "
            "Fix: pulumi config set urlAuth AWS_IAM",
        ),
        *(
            (
                "vpcCidr",
                cidr,
                f"lmi-streaming:vpcCidr is '{cidr}'. "
                "Allowed: an IPv4 network of /16 to /20, such as 10.0.0.0/16. "
                "Fix: pulumi config set vpcCidr 10.0.0.0/16",
            )
            # Too large for AWS, too small for the zones, no network, another protocol, no range.
            for cidr in ("10.0.0.0/15", "10.0.0.0/21", "10.0.0.1/16", "fd00::/16", "10.0.0.0", "")
        ),
        *(
            (
                "zoneCount",
                count,
                f"lmi-streaming:zoneCount is {count}. "
                "Allowed: 2 to 4 zones; one outage must leave one. "
                "Fix: pulumi config set zoneCount 3",
            )
            for count in (1, 5)
        ),
        (
            "availabilityZones",
            [f"{REGION}a"],
            "lmi-streaming:availabilityZones is a list of 1. "
            "Allowed: 2 to 4 zones; one outage must leave one. "
            "Fix: pulumi config set --path --type string 'availabilityZones[1]' eu-west-1b",
        ),
        (
            "availabilityZones",
            [f"{REGION}{letter}" for letter in "abcde"],
            "lmi-streaming:availabilityZones is a list of 5. "
            "Allowed: 2 to 4 zones; one outage must leave one. "
            "Fix: pulumi config rm --path 'availabilityZones[4]'",
        ),
        (
            "endpoints",
            ["kms", "com.amazonaws.eu-west-1.SQS"],  # the second
            "lmi-streaming:endpoints is a list with 'com.amazonaws.eu-west-1.SQS'. "
            "Allowed: items that are the endpoint's suffix, such as "
            "bedrock-runtime. Fix: pulumi config set --path --type string 'endpoints[1]' sqs",
        ),
        (
            "nat",
            "single",
            "lmi-streaming:nat is 'single'. Allowed: true or false. "
            "Fix: pulumi config set nat true",
        ),
        (
            "flowLogDays",
            2,
            "lmi-streaming:flowLogDays is 2. Allowed: 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, "
            "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 "
            "(0 logs none). Fix: pulumi config set flowLogDays 3",
        ),
        (
            "vpcId",
            "shared",
            "lmi-streaming:vpcId is 'shared'. Allowed: the id of a VPC; or empty. "
            "Fix: pulumi config set vpcId vpc-0123456789abcdef0",
        ),
        (
            "vpcId",
            "vpc-0123456789abcdef0",  # alone
            "an existing network is set without securityGroupIds, subnetIds. "
            "Allowed: all of securityGroupIds, subnetIds, vpcId, or none. "
            "Fix: set these too, or pulumi config rm vpcId",
        ),
        (
            "scalingMode",
            "manual",
            "lmi-streaming:scalingMode is 'manual'. Allowed: Manual or Auto. "
            "Fix: pulumi config set scalingMode Manual",
        ),
        (
            "operatorPolicy",
            "none",
            "lmi-streaming:operatorPolicy is 'none'. Allowed: managed or least. "
            "Fix: pulumi config set operatorPolicy managed",
        ),
        (
            "publishing",
            "numbered",
            "lmi-streaming:publishing is 'numbered'. Allowed: latest or versions. "
            "Fix: pulumi config set publishing latest",
        ),
        (
            "logLevel",
            "WARNING",
            "lmi-streaming:logLevel is 'WARNING'. "
            "Allowed: INFO or TRACE or DEBUG or WARN or ERROR or FATAL. "
            "Fix: pulumi config set logLevel INFO",
        ),
        (
            "tracing",
            "yes",
            "lmi-streaming:tracing is 'yes'. Allowed: true or false. "
            "Fix: pulumi config set tracing true",
        ),
        (
            "trustZone",
            "shop & till",
            "lmi-streaming:trustZone is 'shop & till'. Allowed: a tag's value: at most 256 "
            "letters, digits, spaces and _.:/=+@-; or empty. "
            "Fix: pulumi config set trustZone payments",
        ),
        (
            "capacityKmsKeyArn",
            "alias/ebs",  # an alias, which CreateCapacityProvider does not take
            "lmi-streaming:capacityKmsKeyArn is 'alias/ebs'. "
            "Allowed: the ARN of a KMS key of eu-west-1; or empty. "
            "Fix: pulumi config set capacityKmsKeyArn arn:aws:kms:eu-west-1:ACCOUNT:key/ID",
        ),
        (
            "logKmsKeyArn",
            "1234abcd",
            "lmi-streaming:logKmsKeyArn is '1234abcd'. "
            "Allowed: the ARN of a KMS key of eu-west-1; or empty. "
            "Fix: pulumi config set logKmsKeyArn arn:aws:kms:eu-west-1:ACCOUNT:key/ID",
        ),
        *(
            (
                key,
                "arn:aws:kms:us-east-1:123456789012:key/1234",  # of another region
                f"lmi-streaming:{key} is 'arn:aws:kms:us-east-1:123456789012:key/1234'. "
                "Allowed: the ARN of a KMS key of eu-west-1; or empty. "
                f"Fix: pulumi config set {key} arn:aws:kms:eu-west-1:ACCOUNT:key/ID",
            )
            for key in ("capacityKmsKeyArn", "logKmsKeyArn")
        ),
        (
            "capacityProviderArn",
            "arn:aws:lambda:us-east-1:123456789012:capacity-provider:pool",  # of another region
            "lmi-streaming:capacityProviderArn is "
            "'arn:aws:lambda:us-east-1:123456789012:capacity-provider:pool'. "
            "Allowed: the ARN of a capacity provider of eu-west-1; or empty. "
            "Fix: pulumi config set capacityProviderArn "
            "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:NAME",
        ),
        (
            "allowedInstanceTypes",
            [""],
            "lmi-streaming:allowedInstanceTypes is a list with ''. "
            "Allowed: items that are an instance type, such as m7g.*. "
            "Fix: pulumi config set --path --type string 'allowedInstanceTypes[0]' 'm7g.*'",
        ),
        (
            "environment",
            ["A=b"],  # a list where names belong
            "lmi-streaming:environment is not a map. Allowed: a map of strings. "
            "Fix: pulumi config set --path --type string 'environment.NAME' VALUE",
        ),
        (
            "environment",
            {"LANG": "C", "PAGES": 3},  # a number, which Lambda has none of
            "lmi-streaming:environment has PAGES, which is no string. Allowed: any string. "
            "Fix: pulumi config set --path --type string 'environment.PAGES' VALUE",
        ),
        (
            "environment",
            {"LOG-FORMAT": "json"},
            "lmi-streaming:environment has a variable 'LOG-FORMAT'. "
            "Allowed: names of two or more letters, digits and _, the first a letter. "
            "Fix: pulumi config rm --path 'environment[\"LOG-FORMAT\"]'",
        ),
        (
            "secrets",
            {"DATABASE": "hunter2"},  # the secret itself
            "lmi-streaming:secrets has DATABASE, which is not the ARN of a Secrets Manager secret "
            "of eu-west-1. "
            "Allowed: the ARN of a Secrets Manager secret of eu-west-1. "
            "Fix: pulumi config set --path --plaintext 'secrets.DATABASE' "
            "arn:aws:secretsmanager:eu-west-1:ACCOUNT:secret:NAME",
        ),
        (
            "observability",
            "yes",
            "lmi-streaming:observability is 'yes'. Allowed: true or false. "
            "Fix: pulumi config set observability true",
        ),
        (
            "protect",
            1,
            "lmi-streaming:protect is '1'. Allowed: true or false. "
            "Fix: pulumi config set protect true",
        ),
        (
            "front",
            "cloudfront",
            "lmi-streaming:front is 'cloudfront'. Allowed: url or rest or http. "
            "Fix: pulumi config set front url",
        ),
        *(
            (
                "binaryMediaTypes",
                [media_type],
                f"lmi-streaming:binaryMediaTypes is a list with '{media_type}'. Allowed: items "
                "that are a media type in lower case, such as multipart/form-data, image/* or "
                "*/*. Fix: pulumi config set --path --type string 'binaryMediaTypes[0]' "
                "multipart/form-data",
            )
            for media_type in ("", "image", "Image/png", "image/png; q=1", "*", "image/")
        ),
        (
            "throttleRate",
            0,
            "lmi-streaming:throttleRate is 0. Allowed: 1 or more; with fewer every request would "
            "be refused. Fix: pulumi config set throttleRate 100",
        ),
        (
            "throttleBurst",
            -1,
            "lmi-streaming:throttleBurst is -1. Allowed: 1 or more; with fewer every request would "
            "be refused. Fix: pulumi config set throttleBurst 100",
        ),
        (
            "accessLogs",
            "yes",
            "lmi-streaming:accessLogs is 'yes'. Allowed: true or false. "
            "Fix: pulumi config set accessLogs true",
        ),
        (
            "packageFor",
            "lambda",
            "lmi-streaming:packageFor is 'lambda'. Allowed: function or host. "
            "Fix: pulumi config set packageFor function",
        ),
        (
            "logRetentionDays",
            10,
            "lmi-streaming:logRetentionDays is 10. Allowed: 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, "
            "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 "
            "(0 is for ever). Fix: pulumi config set logRetentionDays 14",
        ),
        (
            "urlCallers",
            "210987654321",  # a text where a list belongs
            "lmi-streaming:urlCallers is '210987654321'. "
            "Allowed: a list of strings, each an account id or the ARN of an IAM role. "
            "Fix: pulumi config set --path --type string 'urlCallers[0]' 123456789012",
        ),
        (
            "urlCallers",
            # a number, which would lose the zeros that an account id begins with
            ["123456789012", 210987654321],
            "lmi-streaming:urlCallers is a list with '210987654321', which is no string. "
            "Allowed: items that are an account id or the ARN of an IAM role. "
            "Fix: pulumi config set --path --type string 'urlCallers[1]' 123456789012",
        ),
        (
            "urlCallers",
            "not JSON",
            "lmi-streaming:urlCallers is 'not JSON'. "
            "Allowed: a list of strings, each an account id or the ARN of an IAM role. "
            "Fix: pulumi config set --path --type string 'urlCallers[0]' 123456789012",
        ),
        (
            "urlCallers",
            ["*"],  # everyone
            "lmi-streaming:urlCallers is a list with '*'. "
            "Allowed: items that are an account id or the ARN of an IAM role. "
            "Fix: pulumi config set --path --type string 'urlCallers[0]' 123456789012",
        ),
        (
            "urlCallers",
            ["arn:aws:iam::210987654321:user/reader"],  # a user, not a role
            "lmi-streaming:urlCallers is a list with 'arn:aws:iam::210987654321:user/reader'. "
            "Allowed: items that are an account id or the ARN of an IAM role. "
            "Fix: pulumi config set --path --type string 'urlCallers[0]' 123456789012",
        ),
        (
            "urlCallers",
            ["210987654321", "210987654321"],
            "lmi-streaming:urlCallers is a list with '210987654321' twice. "
            "Allowed: each item once. "
            "Fix: pulumi config rm --path 'urlCallers[1]'",
        ),
        *(
            (
                "corsOrigins",
                [origin],
                f"lmi-streaming:corsOrigins is a list with {origin!r}. Allowed: items that are an "
                "origin as browsers send it, such as https://app.example.com, or '*'. Fix: pulumi "
                "config set --path --type string 'corsOrigins[0]' https://app.example.com",
            )
            # A path, no scheme, capitals, part of a host: none is ever what a browser sends.
            for origin in (
                "https://app.example.com/",
                "app.example.com",
                "https://App.example.com",
                "https://*.example.com",
            )
        ),
        (
            "corsMethods",
            ["OPTIONS"],  # a preflight, which the front answers itself
            "lmi-streaming:corsMethods is a list with 'OPTIONS'. "
            "Allowed: items that are one of *, DELETE, GET, HEAD, PATCH, POST, PUT. "
            "Fix: pulumi config set --path --type string 'corsMethods[0]' PUT",
        ),
        (
            "corsHeaders",
            ["Content-Type"],
            "lmi-streaming:corsHeaders is a list with 'Content-Type'. "
            "Allowed: items that are a header's name in lower case, or '*'. "
            "Fix: pulumi config set --path --type string 'corsHeaders[0]' x-request-id",
        ),
        (
            "corsCredentials",
            "include",
            "lmi-streaming:corsCredentials is 'include'. Allowed: true or false. "
            "Fix: pulumi config set corsCredentials true",
        ),
        *(
            (
                "corsMaxAge",
                seconds,
                f"lmi-streaming:corsMaxAge is {seconds}. Allowed: 0 to 86400, a day. "
                "Fix: pulumi config set corsMaxAge 600",
            )
            for seconds in (-1, 86401)
        ),
        (
            "availabilityZones",
            ["us-east-1a"],  # a zone of another region
            "lmi-streaming:availabilityZones is a list with 'us-east-1a'. "
            "Allowed: items that are a zone of eu-west-1, such as eu-west-1a. "
            "Fix: pulumi config set --path --type string 'availabilityZones[0]' eu-west-1a",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(key: str, value: object, line: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare_with({f"lmi-streaming:{key}": value})

    assert str(refused.value) == line
    assert "\n" not in line


def test_a_paid_model_behind_an_open_front_is_a_decision() -> None:
    options: dict[str, Any] = {**PUBLIC, "bedrockModel": "amazon.nova-lite-v1:0"}
    with pytest.raises(pulumi.RunError) as refused:
        declare(**options)

    assert str(refused.value) == (
        "lmi-streaming:bedrockModel is set while urlAuth is NONE, so everybody on the internet "
        "could spend the account's money on the model. Allowed: a model behind AWS_IAM, or "
        "bedrockOpen true. "
        "Fix: pulumi config set urlAuth AWS_IAM, or pulumi config set bedrockOpen true"
    )
    assert declare(**options, bedrockOpen=True)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_front_is_open_to_the_internet_for_a_reason(reason: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(urlAuth="NONE", urlAuthReason=reason)

    assert str(refused.value) == (
        "lmi-streaming:urlAuth is NONE, which opens the front to the internet, and nothing says "
        "why. Allowed: NONE with its reason, or AWS_IAM. "
        "Fix: pulumi config set urlAuthReason WHY, or pulumi config set urlAuth AWS_IAM"
    )


def test_cookies_come_from_named_origins() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(corsOrigins=["https://app.example.com", "*"], corsCredentials=True)

    assert str(refused.value) == (
        "lmi-streaming:corsCredentials is true while corsOrigins has '*', so any page that a "
        "person opens could call in that person's name. Allowed: cookies from origins that are "
        "named. Fix: pulumi config rm corsCredentials, or name the origins in corsOrigins"
    )


def test_an_http_api_that_asks_for_signatures_has_no_cors() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(front="http", corsOrigins=["https://app.example.com"])

    assert str(refused.value) == (
        "lmi-streaming:corsOrigins is set while front is http and urlAuth AWS_IAM: the API would "
        "ask for a signature of preflights, which browsers never sign. "
        "Allowed: CORS under front url, or under urlAuth NONE. "
        "Fix: pulumi config set front url, or pulumi config rm corsOrigins"
    )


@pytest.mark.parametrize("accounts", [None, ["123456789012", "210987654321"], ["210987654321"]])
def test_only_the_local_aws_runs_what_is_packaged_for_the_host(accounts: list[str] | None) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare_with({"lmi-streaming:packageFor": "host", "aws:allowedAccountIds": accounts})

    assert str(refused.value) == (
        "lmi-streaming:packageFor is host, and the stack is not one of the local AWS: Lambda may "
        "be unable to run what this machine runs. "
        "Allowed: host where aws:allowedAccountIds has 123456789012 alone. "
        "Fix: pulumi config rm packageFor"
    )


def test_an_existing_network_beside_an_existing_provider_is_one_clear_line() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(
            vpcId="vpc-1",
            subnetIds=["subnet-1"],
            securityGroupIds=["sg-1"],
            capacityProviderArn=f"arn:aws:lambda:{REGION}:123456789012:capacity-provider:pool",
        )

    assert str(refused.value) == (
        "lmi-streaming:vpcId is set while capacityProviderArn is, which brings its own network. "
        "Allowed: one of the two. Fix: pulumi config rm capacityProviderArn, or pulumi config "
        "rm-all vpcId subnetIds securityGroupIds"
    )


def test_a_variable_that_is_also_a_secret_is_one_clear_line() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare(
            environment={"DATABASE": "x"},
            secrets={"DATABASE": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:db-AbCdEf"},
        )

    assert str(refused.value) == (
        "environment and secrets both have DATABASE. Allowed: each name in one of them. "
        "Fix: pulumi config rm --path 'environment.DATABASE'"
    )


@pytest.mark.parametrize(
    ("front", "type_", "block"),
    [
        ("rest", "aws:apigateway/methodSettings:MethodSettings", "settings"),
        ("http", "aws:apigatewayv2/stage:Stage", "defaultRouteSettings"),
    ],
)
def test_an_apis_throttle_is_the_stacks(front: str, type_: str, block: str) -> None:
    declared = declare(front=front, throttleRate=5, throttleBurst=7)

    assert declared.one(type_).inputs[block] == {
        "throttlingRateLimit": 5,
        "throttlingBurstLimit": 7,
    }


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("memoryMB", "memoryMb"),
        ("maxVcpus", "maxVcpu"),
        ("concurrency", "maxConcurrency"),
        ("timeout", "timeoutSeconds"),
    ],
)
def test_an_unknown_key_names_the_nearest_right_one(misspelt: str, nearest: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare_with({f"lmi-streaming:{misspelt}": 1})

    assert str(refused.value) == (
        f"lmi-streaming:{misspelt} is set, but there is no such setting. "
        f"Allowed: {nearest}, which is nearest. Fix: pulumi config rm {misspelt}"
    )


def test_an_unknown_key_that_resembles_none_names_all() -> None:
    with pytest.raises(
        pulumi.RunError, match=r"Allowed: accessLogs, allowedInstanceTypes, .*\. Fix"
    ):
        declare(qwxz=1)


def test_keys_of_other_namespaces_are_no_business_of_the_program() -> None:
    declare_with({"aws:profile": "dev", "other:memoryMb": "x"})


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_may_come_from_the_environment(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, REGION)

    function = declare_with({"aws:region": None}).one(FUNCTION)
    assert function.inputs["layers"][0].split(":")[3] == REGION


def test_the_stacks_region_counts_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")

    function = declare().one(FUNCTION)
    assert function.inputs["layers"][0].split(":")[3] == REGION


A_REGION = (
    "a region's name, such as us-east-1, where the Lambda Web Adapter's current layer is "
    "published. Fix: pulumi config set aws:region us-east-1"
)


@pytest.mark.parametrize(
    ("region", "line"),
    [
        (
            None,
            "none of AWS_DEFAULT_REGION, AWS_REGION, aws:region is set. Allowed: " + A_REGION,
        ),
        (
            "frankfurt",
            "aws:region is 'frankfurt'. Allowed: " + A_REGION,
        ),
        (
            "cn-north-1",
            "aws:region is 'cn-north-1'. Allowed: " + A_REGION,
        ),
    ],
)
def test_a_region_that_cannot_be_is_one_clear_line(
    region: str | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    with pytest.raises(pulumi.RunError) as refused:
        declare_with({"aws:region": region})

    assert str(refused.value) == line


@pytest.mark.parametrize("namespace", ["lmi-streming", "LMI-Streaming", "lmi_streaming"])
def test_a_key_in_a_namespace_like_the_projects_is_one_clear_line(namespace: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        declare_with({f"{namespace}:memoryMb": 4096})

    assert str(refused.value) == (
        f"{namespace}:memoryMb is set and would be ignored, because the project is lmi-streaming. "
        f"Allowed: lmi-streaming:memoryMb. Fix: pulumi config rm {namespace}:memoryMb, "
        "then pulumi config set memoryMb VALUE"
    )


def test_keys_of_other_namespaces_are_others() -> None:
    declare_with({"aws:endpoints": [], "azure:environment": "public", "lmi-streming:colour": 1})
