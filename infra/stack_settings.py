"""Reads what a stack sets.

Types, formats, unknown keys and the limits that are not LMI's are checked here, and every mistake
ends the program with one line that tells what is set, what is allowed and how to fix it. What LMI
allows is decided by the policy pack alone, so that one gate decides (docs/design.md#one-gate).
"""

from __future__ import annotations

import ipaddress
import os
import re
from typing import TYPE_CHECKING, Final, cast, get_args

import pulumi

from infra.no_effect import refuse_ignored
from infra.settings import (
    ApiSettings,
    Architecture,
    CapacitySettings,
    CorsSettings,
    ExistingNetwork,
    FrontKind,
    FunctionSettings,
    LogLevel,
    NetworkSettings,
    OperatorPolicy,
    PackageFor,
    Publishing,
    ScalingMode,
    ScalingSettings,
    Settings,
    UrlAuth,
    UrlSettings,
)
from infra.stack_config import StackConfig, listing, refuse
from policies.lmi.facts.limits import MAX_SYNCHRONOUS_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_RETENTION_DAYS: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What CloudWatch Logs offers; 0 keeps the log for ever (docs/facts/aws-provider.md#log-group)."""

NO_ADAPTER_LAYER: Final = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "me-south-1", "me-central-1")
"""Regions, or how their names begin, where the current adapter layer is not published under the
account that the program takes it from (docs/facts/web-adapter.md#layer)."""

CORS_METHODS: Final = ("*", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
"""What Lambda lets pages send; it answers OPTIONS itself."""

MAX_CORS_AGE_SECONDS: Final = 86_400
"""The longest that browsers may be told to keep the answer to a preflight."""

LOCAL_ACCOUNT: Final = "123456789012"
"""What a stack of the local AWS allows alone (docs/design.md#two-clouds-that-cannot-meet)."""

CIDR_PREFIXES: Final = range(16, 21)
"""AWS's largest VPC, to the smallest whose zones still have 123 addresses."""

ZONE_COUNTS: Final = range(2, 5)
_ZONES_ALLOWED: Final = f"{ZONE_COUNTS[0]} to {ZONE_COUNTS[-1]} zones; one outage must leave one"

_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_CALLER: Final = re.compile(r"\d{12}|arn:aws:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_INSTANCE_TYPE: Final = re.compile(r"\S+")
_KMS_KEY: Final = re.compile(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)
_TAG_VALUE: Final = re.compile(r"[\w .:/=+@-]{1,256}")
_SERVICE: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_ORIGIN: Final = re.compile(r"\*|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
_METHOD: Final = re.compile("|".join(map(re.escape, CORS_METHODS)))
_HEADER: Final = re.compile(r"\*|[a-z0-9-]+")
_VPC_ID: Final = re.compile(r"vpc-[0-9a-f]+")
_SUBNET_ID: Final = re.compile(r"subnet-[0-9a-f]+")
_SECURITY_GROUP_ID: Final = re.compile(r"sg-[0-9a-f]+")
_ANYTHING: Final = re.compile(r".*", re.DOTALL)


def load_settings() -> Settings:
    """Read the stack's configuration.

    Raises
    ------
    pulumi.RunError
        With the one line to show, when something is set wrongly.
    """
    stack = StackConfig()
    front = cast("FrontKind", stack.choice("front", get_args(FrontKind)))
    region = _region()
    settings = Settings(
        region=region,
        network=_network(stack, region),
        existing_network=_existing_network(stack),
        endpoints=stack.texts(
            "endpoints",
            pattern=_SERVICE,
            allowed="a service as its endpoint's name ends, such as bedrock-runtime",
            example="sqs",
        ),
        architecture=cast("Architecture", stack.choice("architecture", get_args(Architecture))),
        package_for=_package_for(stack),
        observability=stack.boolean("observability"),
        protect=stack.boolean("protect"),
        capacity_provider_arn=_capacity_provider_arn(stack, region),
        trust_zone=stack.optional(
            "trustZone",
            pattern=_TAG_VALUE,
            allowed="a tag's value: at most 256 letters, digits, spaces and _.:/=+@-",
            example="payments",
        ),
        capacity=_capacity(stack),
        function=_function(stack, region),
        scaling=ScalingSettings(
            min_environments=stack.integer("minEnvironments"),
            max_environments=stack.integer("maxEnvironments"),
        ),
        front=front,
        url=_url(stack, front),
        api=_api(stack),
    )
    if settings.capacity_provider_arn and settings.existing_network:
        refuse(
            "vpcId is set while capacityProviderArn is, which brings its own network",
            allowed="one of the two",
            fix="pulumi config rm capacityProviderArn, or pulumi config rm each of "
            "securityGroupIds, subnetIds, vpcId",
        )
    refuse_ignored(stack)
    stack.refuse_unread()
    return settings


def _region() -> str:
    config = pulumi.Config("aws")
    candidates = {
        config.full_key("region"): config.get("region"),
        **{name: os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")},
    }
    source, region = next(
        ((source, value) for source, value in candidates.items() if value), ("", "")
    )
    fix = "pulumi config set aws:region us-east-1"
    if not region:
        refuse(f"none of {listing(candidates)} is set", allowed="a region's name", fix=fix)
    if not _REGION.fullmatch(region):
        refuse(f"{source} is {region!r}", allowed="a region's name, such as us-east-1", fix=fix)
    if region.startswith(NO_ADAPTER_LAYER):
        refuse(
            f"{source} is {region}",
            allowed="a region that the Lambda Web Adapter's current layer is published in",
            fix=fix,
        )
    return region


def _network(stack: StackConfig, region: str) -> NetworkSettings:
    return NetworkSettings(
        cidr=_cidr(stack),
        availability_zones=_availability_zones(stack, region),
        zone_count=_zone_count(stack),
        nat=stack.boolean("nat"),
        flow_log_days=_log_days(stack, "flowLogDays", zero="logs none", example="3"),
    )


def _cidr(stack: StackConfig) -> str:
    key, value = "vpcCidr", stack.text("vpcCidr")
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        network = None
    if network is None or network.prefixlen not in CIDR_PREFIXES:
        allowed = f"an IPv4 network of /{CIDR_PREFIXES[0]} to /{CIDR_PREFIXES[-1]}, such as"
        stack.refuse(key, repr(value), f"{allowed} 10.0.0.0/16", example="10.0.0.0/16")
    return str(network)


def _zone_count(stack: StackConfig) -> int:
    key, count = "zoneCount", stack.integer("zoneCount")
    if count not in ZONE_COUNTS:
        stack.refuse(key, count, _ZONES_ALLOWED, example="3")
    return count


def _availability_zones(stack: StackConfig, region: str) -> tuple[str, ...]:
    key, example = "availabilityZones", f"{region}a"
    zones = stack.texts(
        key,
        pattern=re.compile(f"{region}[a-z]"),
        allowed=f"a zone of {region}, such as {example}",
        example=example,
    )
    count = len(zones)
    if count > ZONE_COUNTS[-1]:
        stack.refuse_surplus(key, count - 1, f"a list of {count}", _ZONES_ALLOWED)
    if 0 < count < ZONE_COUNTS[0]:
        further = next(zone for zone in (example, f"{region}b") if zone not in zones)
        stack.refuse_item(key, count, f"a list of {count}", _ZONES_ALLOWED, further)
    return zones


def _existing_network(stack: StackConfig) -> ExistingNetwork | None:
    vpc_id = stack.optional(
        "vpcId", pattern=_VPC_ID, allowed="the id of a VPC", example="vpc-0123456789abcdef0"
    )
    subnet_ids = stack.texts(
        "subnetIds",
        pattern=_SUBNET_ID,
        allowed="the id of a subnet",
        example="subnet-0123456789abcdef0",
    )
    security_group_ids = stack.texts(
        "securityGroupIds",
        pattern=_SECURITY_GROUP_ID,
        allowed="the id of a security group",
        example="sg-0123456789abcdef0",
    )
    ids = {"vpcId": vpc_id, "subnetIds": subnet_ids, "securityGroupIds": security_group_ids}
    missing = [key for key, value in ids.items() if not value]
    if len(missing) == len(ids):
        return None
    if missing:
        refuse(
            f"an existing network is set without {listing(missing)}",
            allowed=f"all of {listing(ids)}, or none",
            fix=f"set these too, or pulumi config rm {listing(ids.keys() - set(missing))}",
        )
    return ExistingNetwork(
        vpc_id=vpc_id, subnet_ids=subnet_ids, security_group_ids=security_group_ids
    )


def _capacity_provider_arn(stack: StackConfig, region: str) -> str:
    arn = f"arn:aws:lambda:{region}:"
    return stack.optional(
        "capacityProviderArn",
        pattern=re.compile(rf"{arn}\d{{12}}:capacity-provider:[\w-]+", re.ASCII),
        allowed=f"the ARN of a capacity provider of {region}",
        example=f"{arn}123456789012:capacity-provider:NAME",
    )


def _capacity(stack: StackConfig) -> CapacitySettings:
    return CapacitySettings(
        max_vcpu=stack.integer("maxVcpu"),
        scaling_mode=cast("ScalingMode", stack.choice("scalingMode", get_args(ScalingMode))),
        cpu_target=stack.integer("cpuTarget"),
        allowed_instance_types=_instance_types(stack, "allowedInstanceTypes"),
        excluded_instance_types=_instance_types(stack, "excludedInstanceTypes"),
        kms_key_arn=_kms_key_arn(stack, "capacityKmsKeyArn"),
        operator_policy=cast(
            "OperatorPolicy", stack.choice("operatorPolicy", get_args(OperatorPolicy))
        ),
    )


def _instance_types(stack: StackConfig, key: str) -> tuple[str, ...]:
    return stack.texts(
        key, pattern=_INSTANCE_TYPE, allowed="an instance type, such as m7g.*", example="'m7g.*'"
    )


def _kms_key_arn(stack: StackConfig, key: str) -> str:
    return stack.optional(
        key,
        pattern=_KMS_KEY,
        allowed="the ARN of a KMS key",
        example="arn:aws:kms:REGION:ACCOUNT:key/ID",
    )


def _function(stack: StackConfig, region: str) -> FunctionSettings:
    environment = stack.variables("environment", _ANYTHING, allowed="a text", example="VALUE")
    secrets = _secrets(stack, region)
    for name in environment.keys() & secrets.keys():
        refuse(
            f"environment and secrets both have {name}",
            allowed="each name in one of them",
            fix=f"pulumi config rm --path 'environment.{name}'",
        )
    return FunctionSettings(
        memory_mb=stack.integer("memoryMb"),
        memory_gib_per_vcpu=stack.integer("memoryGibPerVcpu"),
        max_concurrency=stack.integer("maxConcurrency"),
        timeout_seconds=_timeout_seconds(stack),
        ephemeral_storage_mb=stack.integer("ephemeralStorageMb"),
        publishing=cast("Publishing", stack.choice("publishing", get_args(Publishing))),
        environment=environment,
        secrets=secrets,
        tracing=stack.boolean("tracing"),
        log_level=cast("LogLevel", stack.choice("logLevel", get_args(LogLevel))),
        log_retention_days=_log_days(stack, "logRetentionDays", zero="is for ever", example="14"),
        log_kms_key_arn=_kms_key_arn(stack, "logKmsKeyArn"),
    )


def _secrets(stack: StackConfig, region: str) -> Mapping[str, str]:
    arn = f"arn:aws:secretsmanager:{region}:"
    return stack.variables(
        "secrets",
        pattern=re.compile(rf"{arn}\d{{12}}:secret:[\w/+=.@-]+", re.ASCII),
        allowed=f"the ARN of a Secrets Manager secret of {region}",
        example=f"{arn}ACCOUNT:secret:NAME",
    )


def _timeout_seconds(stack: StackConfig) -> int:
    key, seconds = "timeoutSeconds", stack.integer("timeoutSeconds")
    longest = MAX_SYNCHRONOUS_TIMEOUT_SECONDS
    if not 1 <= seconds <= longest:
        allowed = f"1 to {longest}, the longest that AWS lets a function URL wait"
        stack.refuse(key, seconds, allowed, example=str(longest))
    return seconds


def _log_days(stack: StackConfig, key: str, zero: str, example: str) -> int:
    days = stack.integer(key)
    if days not in LOG_RETENTION_DAYS:
        offered = ", ".join(map(str, LOG_RETENTION_DAYS))
        stack.refuse(key, days, f"{offered} (0 {zero})", example)
    return days


def _package_for(stack: StackConfig) -> PackageFor:
    key = "packageFor"
    package_for = cast("PackageFor", stack.choice(key, get_args(PackageFor)))
    accounts = cast("object", pulumi.Config("aws").get_object("allowedAccountIds"))
    if package_for == "host" and accounts != [LOCAL_ACCOUNT]:
        refuse(
            f"{key} is host, and the stack is not one of the local AWS: Lambda may be unable to "
            "run what this machine runs",
            allowed=f"host where aws:allowedAccountIds has {LOCAL_ACCOUNT} alone",
            fix=f"pulumi config rm {key}",
        )
    return package_for


def _url(stack: StackConfig, front: FrontKind) -> UrlSettings:
    auth = cast("UrlAuth", stack.choice("urlAuth", get_args(UrlAuth)))
    if not stack.text("urlAuthReason").strip() and auth == "NONE":
        refuse(
            "urlAuth is NONE, which opens the front to the internet, and nothing says why",
            allowed="NONE with its reason, or AWS_IAM",
            fix="pulumi config set urlAuthReason WHY, or pulumi config set urlAuth AWS_IAM",
        )
    callers = stack.texts(
        "urlCallers",
        pattern=_CALLER,
        allowed="an account id or the ARN of an IAM role",
        example="123456789012",
    )
    return UrlSettings(auth=auth, callers=callers, cors=_cors(stack, front, auth))


def _cors(stack: StackConfig, front: FrontKind, auth: UrlAuth) -> CorsSettings | None:
    cors = CorsSettings(
        origins=stack.texts(
            "corsOrigins",
            pattern=_ORIGIN,
            allowed="an origin as browsers send it, such as https://app.example.com, or '*'",
            example="https://app.example.com",
        ),
        methods=stack.texts(
            "corsMethods", pattern=_METHOD, allowed=f"one of {listing(CORS_METHODS)}", example="PUT"
        ),
        headers=stack.texts(
            "corsHeaders",
            pattern=_HEADER,
            allowed="a header's name in lower case, or '*'",
            example="x-request-id",
        ),
        credentials=stack.boolean("corsCredentials"),
        max_age_seconds=_cors_age(stack),
    )
    if cors.credentials and "*" in cors.origins:
        refuse(
            "corsCredentials is true while corsOrigins has '*', so any page that a person opens "
            "could call in that person's name",
            allowed="cookies from origins that are named",
            fix="pulumi config rm corsCredentials, or name the origins in corsOrigins",
        )
    if cors.origins and front == "http" and auth == "AWS_IAM":
        refuse(
            "corsOrigins is set while front is http and urlAuth AWS_IAM: the API would ask for a "
            "signature of preflights, which browsers never sign",
            allowed="CORS under front url, or under urlAuth NONE",
            fix="pulumi config set front url, or pulumi config rm corsOrigins",
        )
    return cors if cors.origins else None


def _cors_age(stack: StackConfig) -> int:
    key, seconds = "corsMaxAge", stack.integer("corsMaxAge")
    if not 0 <= seconds <= MAX_CORS_AGE_SECONDS:
        stack.refuse(key, seconds, f"0 to {MAX_CORS_AGE_SECONDS}, a day", example="600")
    return seconds


def _api(stack: StackConfig) -> ApiSettings:
    return ApiSettings(
        throttle_rate=_at_least_one(stack, "throttleRate"),
        throttle_burst=_at_least_one(stack, "throttleBurst"),
        access_logs=stack.boolean("accessLogs"),
    )


def _at_least_one(stack: StackConfig, key: str) -> int:
    value = stack.integer(key)
    if value < 1:
        stack.refuse(key, value, "1 or more; fewer would let nobody in", example="100")
    return value
