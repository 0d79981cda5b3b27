"""The table of settings: the key of each, the field that holds it, its format, what overrides it.

It follows from the classes, whose fields have default and description; here stands what their types
do not say. What LMI allows is decided by the policy pack alone, so that one check decides and its
message is what people read (docs/design.md#the-policy-pack-alone); formats and ranges here are
those that are not LMI's, and those of schedules, whose numbers the pack does not see.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, Final, get_args

from ..limits import LOG_RETENTION_DAYS, MAX_SYNCHRONOUS_TIMEOUT_SECONDS, MAX_VCPU
from . import (
    ApiSettings,
    CapacitySettings,
    CorsSettings,
    ExistingNetwork,
    FunctionSettings,
    NetworkSettings,
    ScalingSettings,
    Settings,
    UrlSettings,
)
from .checked import field_types
from .formats import BEDROCK_GEOGRAPHIES, Boolean, Choice, Format, Integer, Text, Texts, Variables
from .overrides import OVERRIDES
from .schedules import Schedules
from .setting import Setting, camel_case

_GROUPS: Final = (
    Settings, FunctionSettings, ScalingSettings, CapacitySettings, UrlSettings, CorsSettings,
    ApiSettings, NetworkSettings, ExistingNetwork,
)  # fmt: skip
"""The classes, in the order of the pages."""
_NO_SETTINGS: Final = (
    "region", "existing_network", "network", "capacity", "function", "scaling", "url", "api",
    "cors",
)  # fmt: skip
"""Fields that are made of settings, and the region, which is the provider's."""
_KEYS: Final[Mapping[str, str]] = {
    "kms_key_arn": "capacityKmsKeyArn",
    "auth": "urlAuth",
    "auth_reason": "urlAuthReason",
    "callers": "urlCallers",
    "origins": "corsOrigins",
    "methods": "corsMethods",
    "headers": "corsHeaders",
    "credentials": "corsCredentials",
    "max_age_seconds": "corsMaxAge",
    "cidr": "vpcCidr",
}
"""Keys that are not spelled as their fields."""

_KMS_KEY: Final = Text(
    r"arn:aws:kms:{region}:\d{12}:key/[\w-]+",
    "the ARN of a KMS key of {region}",
    "arn:aws:kms:{region}:ACCOUNT:key/ID",
)
_INSTANCE_TYPES: Final = Texts(r"\S+", "an instance type, such as m7g.*", "'m7g.*'")
_AT_LEAST_ONE: Final = Integer(
    range(1, sys.maxsize), "1 or more; with fewer every request would be refused", "100"
)
_CORS_METHODS: Final = ("*", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
"""What Lambda lets pages send; it answers OPTIONS itself."""
_MAX_CORS_AGE_SECONDS: Final = 86_400
"""The longest that browsers may be told to keep the answer to a preflight."""
MAX_SERVICE_NAME: Final = 46
"""The longest name whose roles, ``NAME-execution-0123456``, have at most the 64 characters that IAM
allows; the ARN of the capacity provider then has less than its 140 (CP-01)."""
_ZONES: Final = range(2, 5)
_ZONES_ALLOWED: Final = f"{_ZONES[0]} to {_ZONES[-1]} zones; one outage must leave one"
_VPC_PREFIXES: Final = range(16, 21)
"""AWS's largest VPC, to the smallest whose zones still have 123 addresses."""
_NO_VPC: Final = tuple(
    map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"))
)
"""Blocks that are no unicast addresses: this network, loopback, link-local, multicast, reserved."""
_LOG_DAYS: Final = ", ".join(map(str, LOG_RETENTION_DAYS))


def _is_vpc(text: str) -> bool:
    try:
        network = IPv4Network(text)
    except ValueError:
        return False
    return network.prefixlen in _VPC_PREFIXES and not any(map(network.overlaps, _NO_VPC))


FORMATS: Final[Mapping[str, Format]] = {
    # It need not exist yet; packaging says what it lacks.
    "appFolder": Text(
        r"[^\0]*[^\0\s][^\0]*",
        "the path of a folder, absolute or from the program's folder",
        "services/chat",
        is_required=True,
    ),
    "serviceName": Text(
        rf"(?=.{{2,{MAX_SERVICE_NAME}}}$)[a-z](-?[a-z0-9])+",
        f"2 to {MAX_SERVICE_NAME} lower-case letters, digits and single hyphens between them, "
        "the first a letter; AWS limits the names that are made of it",
        "chat",
        is_required=True,
    ),
    "endpoints": Texts(
        r"(?!com\.amazonaws\.)[a-z0-9]+([.-][a-z0-9]+)*",
        "the endpoint's suffix, such as bedrock-runtime",
        "sqs",
    ),
    "capacityProviderArn": Text(
        r"arn:aws:lambda:{region}:\d{12}:capacity-provider:[\w-]+",
        "the ARN of a capacity provider of {region}",
        "arn:aws:lambda:{region}:123456789012:capacity-provider:NAME",
    ),
    "trustZone": Text(
        r"[\w .:/=+@-]{1,256}",
        "a tag's value: at most 256 letters, digits, spaces and _.:/=+@-",
        "payments",
    ),
    "imageUri": Text(
        r"\d{12}\.dkr\.ecr\.{region}\.amazonaws\.com/[a-z0-9][a-z0-9._/-]*"
        r"(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})",
        "the address of an image in Amazon ECR of {region}, with its tag or digest",
        "123456789012.dkr.ecr.{region}.amazonaws.com/chat@sha256:DIGEST",
    ),
    "healthPath": Text(
        r"/[\w.~%/-]{0,200}",
        "a path that begins with /, of at most 200 letters, digits and ._~%/- after it",
        "/health",
        is_required=True,
    ),
    "workers": Integer(
        range(MAX_VCPU + 1),
        f"0, which is one for each vCPU, to {MAX_VCPU}, the vCPUs of the largest "
        "execution environment",
        "0",
    ),
    "timeoutSeconds": Integer(
        range(1, MAX_SYNCHRONOUS_TIMEOUT_SECONDS + 1),
        f"1 to {MAX_SYNCHRONOUS_TIMEOUT_SECONDS}, the longest that AWS lets a function URL wait",
        str(MAX_SYNCHRONOUS_TIMEOUT_SECONDS),
    ),
    "environment": Variables("(?s).*", "any string", "VALUE", takes_secrets=True),
    "secrets": Variables(
        r"arn:aws:secretsmanager:{region}:\d{12}:secret:[\w/+=.@-]+",
        "the ARN of a Secrets Manager secret of {region}",
        "arn:aws:secretsmanager:{region}:ACCOUNT:secret:NAME",
    ),
    "bedrockModel": Text(
        rf"(({'|'.join(BEDROCK_GEOGRAPHIES)})\.)?[a-z0-9-]+\.[a-z0-9][a-z0-9.:-]{{0,200}}",
        "the id of a model or of an inference profile, as the Bedrock console shows it",
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    ),
    "logRetentionDays": Integer(LOG_RETENTION_DAYS, f"{_LOG_DAYS} (0 is for ever)", "14"),
    "logKmsKeyArn": _KMS_KEY,
    "schedules": Schedules(),
    "allowedInstanceTypes": _INSTANCE_TYPES,
    "excludedInstanceTypes": _INSTANCE_TYPES,
    "capacityKmsKeyArn": _KMS_KEY,
    "urlAuthReason": Text(r"(?s).{0,1000}", "a sentence of at most 1000 characters", "WHY"),
    "urlCallers": Texts(
        r"\d{12}|arn:aws:iam::\d{12}:role/[\w+=,.@/-]+",
        "an account id or the ARN of an IAM role",
        "123456789012",
    ),
    "corsOrigins": Texts(
        r"\*|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?",
        "an origin as browsers send it, such as https://app.example.com, or '*'",
        "https://app.example.com",
    ),
    "corsMethods": Texts(
        "|".join(map(re.escape, _CORS_METHODS)), f"one of {', '.join(_CORS_METHODS)}", "PUT"
    ),
    "corsHeaders": Texts(r"\*|[a-z0-9-]+", "a header's name in lower case, or '*'", "x-request-id"),
    "corsMaxAge": Integer(
        range(_MAX_CORS_AGE_SECONDS + 1), f"0 to {_MAX_CORS_AGE_SECONDS}, a day", "600"
    ),
    "throttleRate": _AT_LEAST_ONE,
    "throttleBurst": _AT_LEAST_ONE,
    "binaryMediaTypes": Texts(
        r"(\*|[a-z0-9][a-z0-9.+-]*)/(\*|[a-z0-9][a-z0-9.+-]*)",
        "a media type in lower case, such as multipart/form-data, image/* or */*",
        "multipart/form-data",
    ),
    "vpcCidr": Text(
        r"[\d.]+/\d\d",
        f"an IPv4 network of /{_VPC_PREFIXES[0]} to /{_VPC_PREFIXES[-1]}, such as 10.0.0.0/16",
        "10.0.0.0/16",
        is_required=True,
        is_good=_is_vpc,
    ),
    "availabilityZones": Texts(
        "{region}[a-z]",
        "a zone of {region}, such as {region}a",
        "{region}a",
        further="{region}b",
        sizes=_ZONES,
        sizes_allowed=_ZONES_ALLOWED,
    ),
    "zoneCount": Integer(_ZONES, _ZONES_ALLOWED, "3"),
    "endpointAccounts": Texts(r"\d{12}", "an account id of 12 digits", "123456789012"),
    "flowLogDays": Integer(LOG_RETENTION_DAYS, f"{_LOG_DAYS} (0 logs none)", "3"),
    "vpcId": Text("vpc-[0-9a-f]+", "the id of a VPC", "vpc-0123456789abcdef0"),
    "subnetIds": Texts("subnet-[0-9a-f]+", "the id of a subnet", "subnet-0123456789abcdef0"),
    "securityGroupIds": Texts("sg-[0-9a-f]+", "the id of a security group", "sg-0123456789abcdef0"),
}
"""The format of each setting whose type does not say what it may be, by its key."""


def _settings() -> Iterator[Setting]:
    for group in _GROUPS:
        for field, type_ in field_types(group).items():
            if field not in _NO_SETTINGS:
                key = _KEYS.get(field, camel_case(field))
                overrides = tuple(each for each in OVERRIDES if key in each.keys)
                yield Setting(key, group, field, FORMATS.get(key) or _format_of(type_), overrides)


def _format_of(field_type: Any) -> Format:
    """Return the format of a number, a switch, or a choice of words."""
    formats = {int: Integer(), bool: Boolean()}
    return formats.get(field_type) or Choice(get_args(field_type))


SETTINGS: Final = tuple(_settings())
"""Every setting, in the order of the pages."""
