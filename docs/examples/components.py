"""Every component once, as docs/components.md shows it."""

import pulumi
from lmi_streaming import package
from lmi_streaming.capacity import Capacity, CapacityArgs
from lmi_streaming.flow_log import RejectLog, RejectLogArgs
from lmi_streaming.fronts.api import ApiArgs
from lmi_streaming.fronts.function_url import FunctionUrl, FunctionUrlArgs
from lmi_streaming.fronts.http_api import HttpApi
from lmi_streaming.fronts.rest_api import RestApi
from lmi_streaming.nat import Nat, NatArgs
from lmi_streaming.network import Network, NetworkArgs
from lmi_streaming.observability import Limits, Observability, ObservabilityArgs
from lmi_streaming.schedules import Schedules, SchedulesArgs
from lmi_streaming.service import Service, ServiceArgs
from lmi_streaming.settings import (
    CapacitySettings,
    FunctionSettings,
    NetworkSettings,
    ScalingSettings,
    Schedule,
)

region = "eu-west-1"
archive = package.build(package.Target.choose("function", "arm64"))

# Network

network = Network(
    "shared",
    NetworkArgs(
        region=region,
        services=["logs", "xray", "s3", "dynamodb", "sqs"],
        settings=NetworkSettings(cidr="10.64.0.0/16"),
    ),
)

# Capacity

capacity = Capacity(
    "shared",
    CapacityArgs(
        region=region,
        architecture="arm64",
        subnet_ids=list(network.subnet_ids.values()),
        security_group_ids=[network.security_group_id],
        settings=CapacitySettings(max_vcpu=40),
    ),
)

# Service

chat = Service(
    "chat",
    ServiceArgs(
        region=region,
        architecture="arm64",
        archive=archive,
        provider_arn=capacity.provider_arn,
        function=FunctionSettings(memory_mb=4096, max_concurrency=128),
        depends_on=[network],
    ),
)

# Schedules

Schedules(
    "archive",
    SchedulesArgs(
        function_name="archive",
        function_arn="arn:aws:lambda:eu-west-1:123456789012:function:archive",
        qualifier="$LATEST.PUBLISHED",
        scaling=ScalingSettings(
            schedules=(
                Schedule(name="evening", cron="0 19 ? * MON-FRI *", minimum=0, maximum=0),
                Schedule(name="morning", cron="0 7 ? * MON-FRI *", minimum=3, maximum=10),
            ),
        ),
    ),
)

# FunctionUrl

pulumi.export("chat_url", FunctionUrl("chat", FunctionUrlArgs(service=chat)).url)

# RestApi

reports = Service(
    "reports",
    ServiceArgs(
        region=region,
        architecture="arm64",
        archive=archive,
        provider_arn=capacity.provider_arn,
        depends_on=[network],
    ),
)
pulumi.export("reports_url", RestApi("reports", ApiArgs(region=region, service=reports)).url)

# HttpApi

prices = Service(
    "prices",
    ServiceArgs(
        region=region,
        architecture="arm64",
        archive=archive,
        provider_arn=capacity.provider_arn,
        function=FunctionSettings(timeout_seconds=29),
        streams=False,
        depends_on=[network],
    ),
)
pulumi.export("prices_url", HttpApi("prices", ApiArgs(region=region, service=prices)).url)

# Observability

watched = Observability(
    "chat",
    ObservabilityArgs(
        region=region,
        function_name=chat.function_name,
        provider_arn=capacity.provider_arn,
        log_group_name=chat.log_group_name,
        limits=Limits(max_concurrency=128, max_vcpu=40, timeout_seconds=120, always_runs=True),
    ),
)
pulumi.export("alarm_topic_arn", watched.topic_arn)

# RejectLog

RejectLog(
    "peered",
    RejectLogArgs(
        vpc_id="vpc-0123456789abcdef0",
        account_id="123456789012",
        retention_days=3,
        tags={"Name": "peered-rejects"},
    ),
)

# Nat

Nat(
    "peered",
    NatArgs(
        vpc_id="vpc-0123456789abcdef0",
        route_table_id="rtb-0123456789abcdef0",
        tags={"Name": "peered-nat"},
    ),
)
