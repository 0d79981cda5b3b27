"""Two services that stream, each its own way, on one capacity provider and one network."""

from pathlib import Path

import pulumi
from lmi_streaming import package
from lmi_streaming.capacity import Capacity, CapacityArgs
from lmi_streaming.fronts.api import ApiArgs
from lmi_streaming.fronts.function_url import FunctionUrl, FunctionUrlArgs
from lmi_streaming.fronts.rest_api import RestApi
from lmi_streaming.network import Network, NetworkArgs
from lmi_streaming.service import Service, ServiceArgs
from lmi_streaming.settings import (
    ApiSettings,
    CapacitySettings,
    FunctionSettings,
    ScalingSettings,
    UrlAuth,
    UrlSettings,
)

region = pulumi.Config("aws").require("region")
on_local_aws = pulumi.Config().require_bool("localAws")
auth: UrlAuth = "NONE" if on_local_aws else "AWS_IAM"
least_environments = 1 if on_local_aws else 3

target = package.Target.choose("host" if on_local_aws else "function", "x86_64")
archive = package.build(target, app=Path("../../../app"))

network = Network("shared", NetworkArgs(region=region))
capacity = Capacity(
    "shared",
    CapacityArgs(
        region=region,
        architecture=target.architecture,
        subnet_ids=list(network.subnet_ids.values()),
        security_group_ids=[network.security_group_id],
        # Three environments of each service, with room to publish both at once.
        settings=CapacitySettings(max_vcpu=40),
        trust_zone="shop",
    ),
)


def serve(name: str, function: FunctionSettings, max_environments: int) -> Service:
    """Run a service on the shared capacity provider."""
    return Service(
        name,
        ServiceArgs(
            region=region,
            architecture=target.architecture,
            archive=archive,
            provider_arn=capacity.provider_arn,
            function=function,
            scaling=ScalingSettings(
                min_environments=least_environments, max_environments=max_environments
            ),
            depends_on=[network],
            trust_zone="shop",
        ),
    )


# Many streams that wait more than they compute, called by other services.
chat = serve("chat", FunctionSettings(max_concurrency=64), max_environments=10)
chat_url = FunctionUrl("chat", FunctionUrlArgs(service=chat, url=UrlSettings(auth=auth)))

# A few long ones that compute, throttled because people call them.
reports = serve(
    "reports",
    FunctionSettings(memory_mb=4096, max_concurrency=8, timeout_seconds=300),
    max_environments=4,
)
reports_api = RestApi(
    "reports",
    ApiArgs(
        region=region,
        service=reports,
        auth=auth,
        # Without a log of its own it needs no role of the account (docs/fronts.md).
        api=ApiSettings(throttle_rate=5, throttle_burst=10, access_logs=False),
    ),
)

pulumi.export("chat_url", chat_url.url)
pulumi.export("reports_url", reports_api.url)
pulumi.export("capacity_provider_arn", capacity.provider_arn)
