"""The table of settings: the key of each, the field that holds it, its format, what overrides it.

Default and description are the field's (``classes``, ``scaling``). What LMI allows is decided by
the policy pack alone, so that one check decides and its message is what people read
(docs/design.md#one-gate); formats and ranges here are those that are not LMI's, and those of
schedules, whose numbers the pack does not see.
"""

import re
from typing import Final, get_args

from ..limits import LOG_RETENTION_DAYS, MAX_SYNCHRONOUS_TIMEOUT_SECONDS, MAX_VCPU
from . import overrides
from .classes import (
    ApiDocs,
    ApiSettings,
    Architecture,
    CapacitySettings,
    CorsSettings,
    Dependencies,
    ExistingNetwork,
    FrontKind,
    FunctionSettings,
    LogLevel,
    NetworkSettings,
    OperatorPolicy,
    PackageFor,
    Publishing,
    Runtime,
    ScalingMode,
    Settings,
    UrlAuth,
    UrlSettings,
)
from .formats import (
    AT_LEAST_ONE,
    BEDROCK_GEOGRAPHIES,
    INSTANCE_TYPES,
    KMS_KEY,
    Boolean,
    Choice,
    Cidr,
    Folder,
    Integer,
    OneOfNumbers,
    Text,
    Texts,
    Variables,
)
from .scaling import ScalingSettings
from .schedules import Schedules
from .setting import Setting

CORS_METHODS: Final = ("*", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
"""What Lambda lets pages send; it answers OPTIONS itself."""
MAX_CORS_AGE_SECONDS: Final = 86_400
"""The longest that browsers may be told to keep the answer to a preflight."""
MAX_SERVICE_NAME: Final = 46
"""The longest name whose roles, ``NAME-execution-0123456``, have at most the 64 characters that IAM
allows; the ARN of the capacity provider then has less than its 140 (CP-01)."""

ZONE_COUNTS: Final = range(2, 5)
_ZONES_ALLOWED: Final = f"{ZONE_COUNTS[0]} to {ZONE_COUNTS[-1]} zones; one outage must leave one"

SETTINGS: Final = (
    Setting("appFolder", Settings, "app_folder", Folder("services/chat"), (overrides.IMAGE,)),
    Setting(
        "imageUri",
        FunctionSettings,
        "image_uri",
        Text(
            r"\d{12}\.dkr\.ecr\.{region}\.amazonaws\.com/[a-z0-9][a-z0-9._/-]*"
            r"(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})",
            "the address of an image in Amazon ECR of {region}, with its tag or digest",
            "123456789012.dkr.ecr.{region}.amazonaws.com/chat@sha256:DIGEST",
        ),
    ),
    Setting("runtime", FunctionSettings, "runtime", Choice(get_args(Runtime)), (overrides.IMAGE,)),
    Setting(
        "healthPath",
        FunctionSettings,
        "health_path",
        Text(
            r"/[\w.~%/-]{0,200}",
            "a path that begins with /, of at most 200 letters, digits and ._~%/- after it",
            "/health",
            is_required=True,
        ),
        (overrides.HEALTH_VARIABLE,),
    ),
    Setting(
        "serviceName",
        Settings,
        "service_name",
        Text(
            rf"(?=.{{2,{MAX_SERVICE_NAME}}}$)[a-z](-?[a-z0-9])+",
            f"2 to {MAX_SERVICE_NAME} lower-case letters, digits and single hyphens between them, "
            "the first a letter; AWS limits the names that are made of it",
            "chat",
            is_required=True,
        ),
    ),
    Setting("memoryMb", FunctionSettings, "memory_mb", Integer()),
    Setting("memoryGibPerVcpu", FunctionSettings, "memory_gib_per_vcpu", Integer()),
    Setting("maxConcurrency", FunctionSettings, "max_concurrency", Integer()),
    Setting(
        "workers",
        FunctionSettings,
        "workers",
        Integer(
            least=0,
            most=MAX_VCPU,
            allowed=f"0, which is one for each vCPU, to {MAX_VCPU}, the vCPUs of the largest "
            "execution environment",
            example="0",
        ),
        (overrides.WORKERS_VARIABLE,),
    ),
    Setting("maxVcpu", CapacitySettings, "max_vcpu", Integer(), overrides.OF_CAPACITY),
    Setting(
        "scalingMode",
        CapacitySettings,
        "scaling_mode",
        Choice(get_args(ScalingMode)),
        overrides.OF_CAPACITY,
    ),
    Setting(
        "cpuTarget",
        CapacitySettings,
        "cpu_target",
        Integer(),
        (*overrides.OF_CAPACITY, overrides.AUTO_SCALING),
    ),
    Setting(
        "allowedInstanceTypes",
        CapacitySettings,
        "allowed_instance_types",
        INSTANCE_TYPES,
        overrides.OF_CAPACITY,
    ),
    Setting(
        "excludedInstanceTypes",
        CapacitySettings,
        "excluded_instance_types",
        INSTANCE_TYPES,
        overrides.OF_CAPACITY,
    ),
    Setting("capacityKmsKeyArn", CapacitySettings, "kms_key_arn", KMS_KEY, overrides.OF_CAPACITY),
    Setting(
        "operatorPolicy",
        CapacitySettings,
        "operator_policy",
        Choice(get_args(OperatorPolicy)),
        overrides.OF_CAPACITY,
    ),
    Setting(
        "capacityProviderArn",
        Settings,
        "capacity_provider_arn",
        Text(
            r"arn:aws:lambda:{region}:\d{12}:capacity-provider:[\w-]+",
            "the ARN of a capacity provider of {region}",
            "arn:aws:lambda:{region}:123456789012:capacity-provider:NAME",
        ),
    ),
    Setting(
        "trustZone",
        Settings,
        "trust_zone",
        Text(
            r"[\w .:/=+@-]{1,256}",
            "a tag's value: at most 256 letters, digits, spaces and _.:/=+@-",
            "payments",
        ),
    ),
    Setting("minEnvironments", ScalingSettings, "min_environments", Integer()),
    Setting("maxEnvironments", ScalingSettings, "max_environments", Integer()),
    Setting("schedules", ScalingSettings, "schedules", Schedules()),
    Setting(
        "timeoutSeconds",
        FunctionSettings,
        "timeout_seconds",
        Integer(
            least=1,
            most=MAX_SYNCHRONOUS_TIMEOUT_SECONDS,
            allowed=f"1 to {MAX_SYNCHRONOUS_TIMEOUT_SECONDS}, the longest that AWS lets a function "
            "URL wait",
            example=str(MAX_SYNCHRONOUS_TIMEOUT_SECONDS),
        ),
    ),
    Setting("ephemeralStorageMb", FunctionSettings, "ephemeral_storage_mb", Integer()),
    Setting("publishing", FunctionSettings, "publishing", Choice(get_args(Publishing))),
    Setting(
        "environment",
        FunctionSettings,
        "environment",
        Variables("", "any string", "VALUE", may_be_secret=True),
    ),
    Setting(
        "secrets",
        FunctionSettings,
        "secrets",
        Variables(
            r"arn:aws:secretsmanager:{region}:\d{12}:secret:[\w/+=.@-]+",
            "the ARN of a Secrets Manager secret of {region}",
            "arn:aws:secretsmanager:{region}:ACCOUNT:secret:NAME",
        ),
    ),
    Setting("tracing", FunctionSettings, "tracing", Boolean()),
    Setting(
        "bedrockModel",
        FunctionSettings,
        "bedrock_model",
        Text(
            rf"(({'|'.join(BEDROCK_GEOGRAPHIES)})\.)?[a-z0-9-]+\.[a-z0-9][a-z0-9.:-]{{0,200}}",
            "the id of a model or of an inference profile, as the Bedrock console shows it",
            "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
    ),
    Setting(
        "bedrockOpen",
        UrlSettings,
        "bedrock_open",
        Boolean(),
        (overrides.CLOSED_TO_BEDROCK, overrides.NO_BEDROCK_MODEL),
    ),
    Setting("logLevel", FunctionSettings, "log_level", Choice(get_args(LogLevel))),
    Setting(
        "logRetentionDays",
        FunctionSettings,
        "log_retention_days",
        OneOfNumbers(LOG_RETENTION_DAYS, "is for ever", "14"),
    ),
    Setting("logKmsKeyArn", FunctionSettings, "log_kms_key_arn", KMS_KEY),
    Setting(
        "architecture",
        Settings,
        "architecture",
        Choice(get_args(Architecture)),
        (overrides.PACKAGE_FOR_HOST,),
    ),
    Setting("front", Settings, "front", Choice(get_args(FrontKind))),
    Setting("apiDocs", Settings, "api_docs", Choice(get_args(ApiDocs))),
    Setting("throttleRate", ApiSettings, "throttle_rate", AT_LEAST_ONE, (overrides.FUNCTION_URL,)),
    Setting(
        "throttleBurst",
        ApiSettings,
        "throttle_burst",
        AT_LEAST_ONE,
        (overrides.FUNCTION_URL,),
    ),
    Setting("accessLogs", ApiSettings, "access_logs", Boolean(), (overrides.FUNCTION_URL,)),
    Setting(
        "binaryMediaTypes",
        ApiSettings,
        "binary_media_types",
        Texts(
            r"(\*|[a-z0-9][a-z0-9.+-]*)/(\*|[a-z0-9][a-z0-9.+-]*)",
            "a media type in lower case, such as multipart/form-data, image/* or */*",
            "multipart/form-data",
        ),
        (overrides.NO_REST_API,),
    ),
    Setting("urlAuth", UrlSettings, "auth", Choice(get_args(UrlAuth))),
    Setting(
        "urlAuthReason",
        UrlSettings,
        "auth_reason",
        Text(r"(?s).{0,1000}", "a sentence of at most 1000 characters", "WHY"),
        (overrides.CLOSED,),
    ),
    Setting(
        "urlCallers",
        UrlSettings,
        "callers",
        Texts(
            r"\d{12}|arn:aws:iam::\d{12}:role/[\w+=,.@/-]+",
            "an account id or the ARN of an IAM role",
            "123456789012",
        ),
        (overrides.ANY_API, overrides.OPEN),
    ),
    Setting(
        "corsOrigins",
        CorsSettings,
        "origins",
        Texts(
            r"\*|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?",
            "an origin as browsers send it, such as https://app.example.com, or '*'",
            "https://app.example.com",
        ),
        (overrides.REST_API,),
    ),
    Setting(
        "corsMethods",
        CorsSettings,
        "methods",
        Texts("|".join(map(re.escape, CORS_METHODS)), f"one of {', '.join(CORS_METHODS)}", "PUT"),
        (overrides.NO_ORIGINS,),
    ),
    Setting(
        "corsHeaders",
        CorsSettings,
        "headers",
        Texts(r"\*|[a-z0-9-]+", "a header's name in lower case, or '*'", "x-request-id"),
        (overrides.NO_ORIGINS,),
    ),
    Setting("corsCredentials", CorsSettings, "credentials", Boolean(), (overrides.NO_ORIGINS,)),
    Setting(
        "corsMaxAge",
        CorsSettings,
        "max_age_seconds",
        Integer(
            least=0,
            most=MAX_CORS_AGE_SECONDS,
            allowed=f"0 to {MAX_CORS_AGE_SECONDS}, a day",
            example="600",
        ),
        (overrides.NO_ORIGINS,),
    ),
    Setting("vpcCidr", NetworkSettings, "cidr", Cidr(), overrides.OF_NETWORK),
    Setting(
        "availabilityZones",
        NetworkSettings,
        "availability_zones",
        Texts(
            "{region}[a-z]",
            "a zone of {region}, such as {region}a",
            "{region}a",
            further="{region}b",
            sizes=ZONE_COUNTS,
            sizes_allowed=_ZONES_ALLOWED,
        ),
        overrides.OF_NETWORK,
    ),
    Setting(
        "zoneCount",
        NetworkSettings,
        "zone_count",
        Integer(least=ZONE_COUNTS[0], most=ZONE_COUNTS[-1], allowed=_ZONES_ALLOWED, example="3"),
        (*overrides.OF_NETWORK, overrides.NAMED_ZONES),
    ),
    Setting(
        "endpoints",
        Settings,
        "endpoints",
        Texts(
            r"[a-z0-9]+([.-][a-z0-9]+)*", "the endpoint's suffix, such as bedrock-runtime", "sqs"
        ),
        overrides.OF_NETWORK,
    ),
    Setting(
        "endpointAccounts",
        NetworkSettings,
        "endpoint_accounts",
        Texts(r"\d{12}", "an account id of 12 digits", "123456789012"),
        overrides.OF_NETWORK,
    ),
    Setting("nat", NetworkSettings, "nat", Boolean(), overrides.OF_NETWORK),
    Setting(
        "flowLogDays",
        NetworkSettings,
        "flow_log_days",
        OneOfNumbers(LOG_RETENTION_DAYS, "logs none", "3"),
        overrides.OF_NETWORK,
    ),
    Setting(
        "vpcId",
        ExistingNetwork,
        "vpc_id",
        Text("vpc-[0-9a-f]+", "the id of a VPC", "vpc-0123456789abcdef0"),
    ),
    Setting(
        "subnetIds",
        ExistingNetwork,
        "subnet_ids",
        Texts("subnet-[0-9a-f]+", "the id of a subnet", "subnet-0123456789abcdef0"),
    ),
    Setting(
        "securityGroupIds",
        ExistingNetwork,
        "security_group_ids",
        Texts("sg-[0-9a-f]+", "the id of a security group", "sg-0123456789abcdef0"),
    ),
    Setting("observability", Settings, "observability", Boolean()),
    Setting("protect", Settings, "protect", Boolean()),
    Setting(
        "dependencies",
        Settings,
        "dependencies",
        Choice(get_args(Dependencies)),
        (overrides.IMAGE, overrides.NODE_RUNTIME),
    ),
    Setting("packageFor", Settings, "package_for", Choice(get_args(PackageFor))),
)
"""Every setting, in the order of the pages."""
