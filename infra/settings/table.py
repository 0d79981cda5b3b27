"""The table of settings: the key of each, the field that holds it, its format, what overrides it.

Default and description are the field's (``classes``). What LMI allows is decided by the policy pack
alone, so that one check decides and its message is what people read
(docs/design.md#the-policy-pack-alone); formats and ranges here are those that are not LMI's, and
those of schedules, whose numbers the pack does not see.
"""

import re
import sys
from typing import Any, Final, get_args

from ..limits import LOG_RETENTION_DAYS, MAX_SYNCHRONOUS_TIMEOUT_SECONDS, MAX_VCPU
from . import overrides
from .checked import field_types
from .classes import (
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
from .formats import (
    BEDROCK_GEOGRAPHIES,
    Boolean,
    Choice,
    Cidr,
    Format,
    Integer,
    Text,
    Texts,
    Variables,
)
from .mistakes import snake_case
from .schedules import Schedules
from .setting import Override, Setting

KMS_KEY: Final = Text(
    r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+",
    "the ARN of a KMS key",
    "arn:aws:kms:REGION:ACCOUNT:key/ID",
)
CAPACITY_PROVIDER: Final = Text(
    r"arn:aws:lambda:{region}:\d{12}:capacity-provider:[\w-]+",
    "the ARN of a capacity provider of {region}",
    "arn:aws:lambda:{region}:123456789012:capacity-provider:NAME",
)
INSTANCE_TYPES: Final = Texts(r"\S+", "an instance type, such as m7g.*", "'m7g.*'")
AT_LEAST_ONE: Final = Integer(
    range(1, sys.maxsize), "1 or more; with fewer every request would be refused", "100"
)
CORS_METHODS: Final = ("*", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
"""What Lambda lets pages send; it answers OPTIONS itself."""
MAX_CORS_AGE_SECONDS: Final = 86_400
"""The longest that browsers may be told to keep the answer to a preflight."""
MAX_SERVICE_NAME: Final = 46
"""The longest name whose roles, ``NAME-execution-0123456``, have at most the 64 characters that IAM
allows; the ARN of the capacity provider then has less than its 140 (CP-01)."""

ZONE_COUNTS: Final = range(2, 5)
_ZONES_ALLOWED: Final = f"{ZONE_COUNTS[0]} to {ZONE_COUNTS[-1]} zones; one outage must leave one"


def _setting(
    key: str, group: type, format_: Format | None = None, *, overrides: tuple[Override, ...] = ()
) -> Setting:
    """Return a setting of the field with its name, by default in the format of its type.

    The first word of a name may be that of the class: ``corsOrigins`` is ``CorsSettings.origins``.
    """
    types, name = field_types(group), snake_case(key)
    field = name if name in types else name.partition("_")[2]
    return Setting(key, group, field, format_ or _format_of(types[field]), overrides)


def _days(zero: str, example: str) -> Format:
    """Return the format of days that CloudWatch Logs keeps a log, with what 0 means."""
    offered = ", ".join(map(str, LOG_RETENTION_DAYS))
    return Integer(LOG_RETENTION_DAYS, f"{offered} (0 {zero})", example)


def _format_of(field_type: Any) -> Format:
    """Return the format of a number, a switch, or a choice of words."""
    formats = {int: Integer(), bool: Boolean()}
    return formats.get(field_type) or Choice(get_args(field_type))


SETTINGS: Final = (
    _setting(
        "appFolder",
        Settings,
        # It need not exist yet; packaging says what it lacks.
        Text(
            r"[^\0]*[^\0\s][^\0]*",
            "the path of a folder, absolute or from the program's folder",
            "services/chat",
            is_required=True,
        ),
        overrides=(overrides.IMAGE,),
    ),
    _setting(
        "imageUri",
        FunctionSettings,
        Text(
            r"\d{12}\.dkr\.ecr\.{region}\.amazonaws\.com/[a-z0-9][a-z0-9._/-]*"
            r"(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})",
            "the address of an image in Amazon ECR of {region}, with its tag or digest",
            "123456789012.dkr.ecr.{region}.amazonaws.com/chat@sha256:DIGEST",
        ),
    ),
    _setting("runtime", FunctionSettings, overrides=(overrides.IMAGE,)),
    _setting(
        "healthPath",
        FunctionSettings,
        Text(
            r"/[\w.~%/-]{0,200}",
            "a path that begins with /, of at most 200 letters, digits and ._~%/- after it",
            "/health",
            is_required=True,
        ),
        overrides=(overrides.HEALTH_VARIABLE,),
    ),
    _setting(
        "serviceName",
        Settings,
        Text(
            rf"(?=.{{2,{MAX_SERVICE_NAME}}}$)[a-z](-?[a-z0-9])+",
            f"2 to {MAX_SERVICE_NAME} lower-case letters, digits and single hyphens between them, "
            "the first a letter; AWS limits the names that are made of it",
            "chat",
            is_required=True,
        ),
    ),
    _setting("memoryMb", FunctionSettings),
    _setting("memoryGibPerVcpu", FunctionSettings),
    _setting("maxConcurrency", FunctionSettings),
    _setting(
        "workers",
        FunctionSettings,
        Integer(
            range(MAX_VCPU + 1),
            f"0, which is one for each vCPU, to {MAX_VCPU}, the vCPUs of the largest "
            "execution environment",
            "0",
        ),
        overrides=(overrides.WORKERS_VARIABLE,),
    ),
    _setting("maxVcpu", CapacitySettings, overrides=overrides.OF_CAPACITY),
    _setting("scalingMode", CapacitySettings, overrides=overrides.OF_CAPACITY),
    _setting(
        "cpuTarget", CapacitySettings, overrides=(*overrides.OF_CAPACITY, overrides.AUTO_SCALING)
    ),
    _setting(
        "allowedInstanceTypes", CapacitySettings, INSTANCE_TYPES, overrides=overrides.OF_CAPACITY
    ),
    _setting(
        "excludedInstanceTypes", CapacitySettings, INSTANCE_TYPES, overrides=overrides.OF_CAPACITY
    ),
    _setting(
        "capacityKmsKeyArn",
        CapacitySettings,
        KMS_KEY,
        overrides=overrides.OF_CAPACITY,
    ),
    _setting("operatorPolicy", CapacitySettings, overrides=overrides.OF_CAPACITY),
    _setting("capacityProviderArn", Settings, CAPACITY_PROVIDER),
    _setting(
        "trustZone",
        Settings,
        Text(
            r"[\w .:/=+@-]{1,256}",
            "a tag's value: at most 256 letters, digits, spaces and _.:/=+@-",
            "payments",
        ),
    ),
    _setting("minEnvironments", ScalingSettings),
    _setting("maxEnvironments", ScalingSettings),
    _setting("schedules", ScalingSettings, Schedules()),
    _setting(
        "timeoutSeconds",
        FunctionSettings,
        Integer(
            range(1, MAX_SYNCHRONOUS_TIMEOUT_SECONDS + 1),
            f"1 to {MAX_SYNCHRONOUS_TIMEOUT_SECONDS}, the longest that AWS lets a function "
            "URL wait",
            str(MAX_SYNCHRONOUS_TIMEOUT_SECONDS),
        ),
    ),
    _setting("ephemeralStorageMb", FunctionSettings),
    _setting("publishing", FunctionSettings),
    _setting(
        "environment", FunctionSettings, Variables(".*", "any string", "VALUE", takes_secrets=True)
    ),
    _setting(
        "secrets",
        FunctionSettings,
        Variables(
            r"arn:aws:secretsmanager:{region}:\d{12}:secret:[\w/+=.@-]+",
            "the ARN of a Secrets Manager secret of {region}",
            "arn:aws:secretsmanager:{region}:ACCOUNT:secret:NAME",
        ),
    ),
    _setting("tracing", FunctionSettings),
    _setting(
        "bedrockModel",
        FunctionSettings,
        Text(
            rf"(({'|'.join(BEDROCK_GEOGRAPHIES)})\.)?[a-z0-9-]+\.[a-z0-9][a-z0-9.:-]{{0,200}}",
            "the id of a model or of an inference profile, as the Bedrock console shows it",
            "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
    ),
    _setting(
        "bedrockOpen",
        UrlSettings,
        overrides=(overrides.CLOSED_TO_BEDROCK, overrides.NO_BEDROCK_MODEL),
    ),
    _setting("logLevel", FunctionSettings),
    _setting("logRetentionDays", FunctionSettings, _days("is for ever", "14")),
    _setting("logKmsKeyArn", FunctionSettings, KMS_KEY),
    _setting("architecture", Settings, overrides=(overrides.PACKAGE_FOR_HOST,)),
    _setting("front", Settings),
    _setting("apiDocs", Settings),
    _setting("throttleRate", ApiSettings, AT_LEAST_ONE, overrides=(overrides.FUNCTION_URL,)),
    _setting("throttleBurst", ApiSettings, AT_LEAST_ONE, overrides=(overrides.FUNCTION_URL,)),
    _setting("accessLogs", ApiSettings, overrides=(overrides.FUNCTION_URL,)),
    _setting(
        "binaryMediaTypes",
        ApiSettings,
        Texts(
            r"(\*|[a-z0-9][a-z0-9.+-]*)/(\*|[a-z0-9][a-z0-9.+-]*)",
            "a media type in lower case, such as multipart/form-data, image/* or */*",
            "multipart/form-data",
        ),
        overrides=(overrides.NO_REST_API,),
    ),
    _setting("urlAuth", UrlSettings),
    _setting(
        "urlAuthReason",
        UrlSettings,
        Text(r"(?s).{0,1000}", "a sentence of at most 1000 characters", "WHY"),
        overrides=(overrides.CLOSED,),
    ),
    _setting(
        "urlCallers",
        UrlSettings,
        Texts(
            r"\d{12}|arn:aws:iam::\d{12}:role/[\w+=,.@/-]+",
            "an account id or the ARN of an IAM role",
            "123456789012",
        ),
        overrides=(overrides.ANY_API, overrides.OPEN),
    ),
    _setting(
        "corsOrigins",
        CorsSettings,
        Texts(
            r"\*|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?",
            "an origin as browsers send it, such as https://app.example.com, or '*'",
            "https://app.example.com",
        ),
        overrides=(overrides.REST_API,),
    ),
    _setting(
        "corsMethods",
        CorsSettings,
        Texts("|".join(map(re.escape, CORS_METHODS)), f"one of {', '.join(CORS_METHODS)}", "PUT"),
        overrides=(overrides.NO_ORIGINS,),
    ),
    _setting(
        "corsHeaders",
        CorsSettings,
        Texts(r"\*|[a-z0-9-]+", "a header's name in lower case, or '*'", "x-request-id"),
        overrides=(overrides.NO_ORIGINS,),
    ),
    _setting("corsCredentials", CorsSettings, overrides=(overrides.NO_ORIGINS,)),
    Setting(
        "corsMaxAge",
        CorsSettings,
        "max_age_seconds",
        Integer(range(MAX_CORS_AGE_SECONDS + 1), f"0 to {MAX_CORS_AGE_SECONDS}, a day", "600"),
        (overrides.NO_ORIGINS,),
    ),
    _setting("vpcCidr", NetworkSettings, Cidr(), overrides=overrides.OF_NETWORK),
    _setting(
        "availabilityZones",
        NetworkSettings,
        Texts(
            "{region}[a-z]",
            "a zone of {region}, such as {region}a",
            "{region}a",
            further="{region}b",
            sizes=ZONE_COUNTS,
            sizes_allowed=_ZONES_ALLOWED,
        ),
        overrides=overrides.OF_NETWORK,
    ),
    _setting(
        "zoneCount",
        NetworkSettings,
        Integer(ZONE_COUNTS, _ZONES_ALLOWED, "3"),
        overrides=(*overrides.OF_NETWORK, overrides.NAMED_ZONES),
    ),
    _setting(
        "endpoints",
        Settings,
        Texts(
            r"(?!com\.amazonaws\.)[a-z0-9]+([.-][a-z0-9]+)*",
            "the endpoint's suffix, such as bedrock-runtime",
            "sqs",
        ),
        overrides=overrides.OF_NETWORK,
    ),
    _setting(
        "endpointAccounts",
        NetworkSettings,
        Texts(r"\d{12}", "an account id of 12 digits", "123456789012"),
        overrides=overrides.OF_NETWORK,
    ),
    _setting("nat", NetworkSettings, overrides=overrides.OF_NETWORK),
    _setting(
        "flowLogDays", NetworkSettings, _days("logs none", "3"), overrides=overrides.OF_NETWORK
    ),
    _setting(
        "vpcId", ExistingNetwork, Text("vpc-[0-9a-f]+", "the id of a VPC", "vpc-0123456789abcdef0")
    ),
    _setting(
        "subnetIds",
        ExistingNetwork,
        Texts("subnet-[0-9a-f]+", "the id of a subnet", "subnet-0123456789abcdef0"),
    ),
    _setting(
        "securityGroupIds",
        ExistingNetwork,
        Texts("sg-[0-9a-f]+", "the id of a security group", "sg-0123456789abcdef0"),
    ),
    _setting("observability", Settings),
    _setting("protect", Settings),
    _setting("dependencies", Settings, overrides=(overrides.IMAGE, overrides.NODE_RUNTIME)),
    _setting("packageFor", Settings),
)
"""Every setting, in the order of the pages."""
