"""Functions and what belongs to them: versions, scaling, aliases, function URLs, permissions."""

import re

from ..facts.limits import (
    ADAPTER_LAYER_NAMES,
    LATEST_PUBLISHED,
    MAX_ENVIRONMENTS,
    MAX_SYNCHRONOUS_TIMEOUT_SECONDS,
    MAX_TIMEOUT_SECONDS,
)
from .access import UNDECIDED, Props, Reading, known
from .capacity_provider import only_architecture
from .resource import Field, FunctionPart, Named, Resource

_LMI = "capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"
_SCALING = "functionScalingConfig"


class Function(Named, aws="lambda:Function", native="lambda:Function"):
    """A Lambda function."""

    own_name = Field(Props.text, "name", "functionName")
    tags = Field(Props.tags, "tags")
    all_tags = Field(Props.tags, "tagsAll", None)  # with the Pulumi provider's default tags
    code = Field(Props.read, "code")
    runtime = Field(Props.text, "runtime")
    memory_mb = Field(Props.integer, "memorySize", config_key="memoryMb")
    architectures = Field(Props.texts, "architectures", config_key="architecture")
    layers = Field(Props.texts, "layers")
    variables = Field(Props.nested, "environment.variables")
    subnet_ids = Field(Props.texts, "vpcConfig.subnetIds")
    security_group_ids = Field(Props.texts, "vpcConfig.securityGroupIds")
    package_type = Field(Props.text, "packageType")
    role = Field(Props.text, "role")
    tracing = Field(Props.text, "tracingConfig.mode")
    timeout = Field(Props.integer, "timeout", config_key="timeoutSeconds")
    storage_mb = Field(Props.integer, "ephemeralStorage.size")
    log_format = Field(Props.text, "loggingConfig.logFormat")
    log_group = Field(Props.text, "loggingConfig.logGroup")
    snap_start = Field(Props.text, "snapStart.applyOn")
    tenancy = Field(Props.read, "tenancyConfig")
    file_system = Field(Props.read, "fileSystemConfig", "fileSystemConfigs.0")
    dead_letter = Field(Props.read, "deadLetterConfig")
    reserved = Field(Props.integer, "reservedConcurrentExecutions")
    durable_timeout = Field(Props.integer, "durableConfig.executionTimeout")
    durable_retention = Field(
        Props.integer, "durableConfig.retentionPeriod", "durableConfig.retentionPeriodInDays"
    )
    publish = Field(Props.flag, "publish", None)
    publish_to = Field(Props.text, "publishTo", None)
    accelerator = Field(Props.read, None, "acceleratorConfig")
    accelerator_gb = Field(Props.integer, None, "acceleratorConfig.acceleratorMemorySize")
    publish_latest = Field(Props.flag, None, "publishToLatestPublished")
    skip_destroy = Field(Props.flag, "skipDestroy", None)
    provider_block = Field(Props.read, "capacityProviderConfig")
    provider_arn = Field(Props.text, f"{_LMI}.capacityProviderArn")
    ratio = Field(
        Props.number,
        f"{_LMI}.executionEnvironmentMemoryGibPerVcpu",
        config_key="memoryGibPerVcpu",
        zero_is_unset=True,
    )
    concurrency = Field(
        Props.integer,
        f"{_LMI}.perExecutionEnvironmentMaxConcurrency",
        config_key="maxConcurrency",
        zero_is_unset=True,
    )

    @property
    def is_managed(self) -> bool | None:
        """Whether the function runs on LMI, whichever its provider; None where not known."""
        block = self.provider_block
        return None if block.is_undecided else block.is_present

    @property
    def runtime_family(self) -> str | None:
        """The managed runtime's language, such as ``python``; None for images and unknowns."""
        name = re.match(r"[a-z]+", self.runtime.or_none() or "")
        return name.group() if name else None

    @property
    def architecture(self) -> str | None:
        """The one architecture, by default x86_64; None where not known."""
        return only_architecture(self.architectures)

    @property
    def long_timeout(self) -> int | None:
        """The timeout on LMI where it is beyond 15 minutes, and FN-07 has nothing to say."""
        timeout = self.timeout.or_none() or 0
        is_long = MAX_SYNCHRONOUS_TIMEOUT_SECONDS < timeout <= MAX_TIMEOUT_SECONDS
        return timeout if self.is_managed and is_long else None

    @property
    def is_accelerated(self) -> bool | None:
        """Whether the function asks for an accelerator; None where not known."""
        if not self.is_native:
            return False
        return None if self.accelerator.is_undecided else self.accelerator.is_present

    @property
    def logs_to(self) -> str | None:
        """The name of its log group; None where not known."""
        if not self.log_group.is_absent:
            return self.log_group.or_none()
        name = self.own_name.or_none()
        return None if name is None else f"/aws/lambda/{name}"

    @property
    def publishes(self) -> bool | None:
        """Whether the provider publishes code by itself; None where not known.

        Of pulumi-aws it has to be asked for; aws-native does what CloudFormation does, and
        publishes to $LATEST.PUBLISHED unless told not to (PUB-03).
        """
        if self.is_native:
            return self.publish_latest.or_default(default=True)
        return self.publish.or_default(default=False)

    @property
    def publishes_latest(self) -> bool | None:
        """Whether published code becomes $LATEST.PUBLISHED; None where not known."""
        if self.is_native:
            return self.publish_latest.or_default(default=True)
        return None if self.publish_to.is_undecided else self.publish_to.is_present

    def variable(self, key: str) -> Reading[str]:
        """Return one environment variable."""
        variables = self.variables.or_default(Props({}))
        return UNDECIDED if variables is None else variables.text((key,))

    @property
    def has_web_adapter(self) -> bool | None:
        """Whether the Lambda Web Adapter answers for the function; None where not known.

        Its layer, its wrapper and its variables are the signs of it.
        """
        layers, variables = self.layers.or_default(()), self.variables.or_default(Props({}))
        names = [f":layer:{name}" for name in ADAPTER_LAYER_NAMES.values()]
        if (
            any(name in layer for layer in known(self.layers) for name in names)
            or any(key.startswith("AWS_LWA_") for key in (variables.names() if variables else ()))
            or self.has_adapter_wrapper
        ):
            return True
        is_known = layers is not None and not any(layer.is_undecided for layer in layers)
        return False if is_known and variables and self.has_adapter_wrapper is False else None

    @property
    def runs_a_process_per_request(self) -> bool:
        """Whether the managed Python runtime serves, certainly without a web adapter before it."""
        return self.runtime_family == "python" and self.has_web_adapter is False

    @property
    def has_adapter_wrapper(self) -> bool | None:
        """Whether Lambda starts the adapter in place of the runtime; None where not known."""
        wrapper = self.variable("AWS_LAMBDA_EXEC_WRAPPER").or_default("")
        return None if wrapper is None else wrapper == "/opt/bootstrap"


class Version(FunctionPart, native="lambda:Version"):
    """A numbered version of a function; pulumi-aws has no such resource."""


class ScalingConfig(
    FunctionPart, aws="lambda:FunctionScalingConfig", native="lambda:Function lambda:Version"
):
    """How many execution environments one published version has.

    A resource of its own in pulumi-aws, a part of the function or the version in aws-native.
    """

    qualifier = Field(Props.text, "qualifier", None)
    block = Field(Props.read, _SCALING)
    minimum = Field(
        Props.integer, f"{_SCALING}.minExecutionEnvironments", config_key="minEnvironments"
    )
    maximum = Field(
        Props.integer, f"{_SCALING}.maxExecutionEnvironments", config_key="maxEnvironments"
    )

    @property
    def sound_minimum(self) -> Reading[int]:
        """The minimum, undecided where SC-01 has something to say about it."""
        return self.minimum.then(_in_range)

    @property
    def sound_maximum(self) -> Reading[int]:
        """The maximum, undecided where SC-01 has something to say about it."""
        return self.maximum.then(_in_range)

    @property
    def version(self) -> str | None:
        """The published version that it scales; None where not known."""
        if self.type == "aws-native:lambda:Function":
            return LATEST_PUBLISHED
        return self.qualifier.or_none()


def _in_range(environments: int) -> int | None:
    return environments if 0 <= environments <= MAX_ENVIRONMENTS else None


class AsyncInvocation(
    Resource, aws="lambda:FunctionEventInvokeConfig", native="lambda:EventInvokeConfig"
):
    """What Lambda does with asynchronous invocations of a function."""


class ProvisionedConcurrency(
    FunctionPart, aws="lambda:ProvisionedConcurrencyConfig", native="lambda:Alias lambda:Version"
):
    """Provisioned concurrency of a version or an alias, which has it inside in aws-native."""

    environments = Field(
        Props.read,
        "provisionedConcurrentExecutions",
        "provisionedConcurrencyConfig.provisionedConcurrentExecutions",
    )


class ScalableTarget(
    FunctionPart, aws="appautoscaling:Target", native="applicationautoscaling:ScalableTarget"
):
    """What Application Auto Scaling scales: a function's provisioned concurrency, among others."""

    function = Field(Props.text, "resourceId")
    dimension = Field(Props.text, "scalableDimension")


class Invocation(FunctionPart, aws="lambda:Invocation"):
    """A call of a function that an update makes."""

    qualifier = Field(Props.text, "qualifier")


class Permission(FunctionPart, aws="lambda:Permission", native="lambda:Permission"):
    """A statement in the resource policy of a function, a version or an alias."""

    function = Field(Props.text, "function", "functionName")
    qualifier = Field(Props.text, "qualifier", None)
    action = Field(Props.text, "action")
    principal = Field(Props.text, "principal")
    source_arn = Field(Props.text, "sourceArn")
    source_account = Field(Props.text, "sourceAccount")
    organization = Field(Props.text, "principalOrgId")
    via_url = Field(Props.flag, "invokedViaFunctionUrl")
    url_authorization = Field(Props.text, "functionUrlAuthType")


class Alias(FunctionPart, aws="lambda:Alias", native="lambda:Alias"):
    """An alias of a function."""

    arn = Field(Props.text, "arn", "aliasArn")
    alias_name = Field(Props.text, "name")
    version = Field(Props.text, "functionVersion")
    weights_by_version = Field(Props.nested, "routingConfig.additionalVersionWeights", None)
    weights_listed = Field(Props.records, None, "routingConfig.additionalVersionWeights")

    @property
    def weights(self) -> tuple[tuple[Reading[str], Reading[float]], ...]:
        """Each further version with its weight, as far as known."""
        if self.is_native:
            return tuple(
                (one.text(("functionVersion",)), one.number(("functionWeight",)))
                for one in known(self.weights_listed)
            )
        mapped = self.weights_by_version.or_none() or Props({})
        return tuple((Reading(version), mapped.number((version,))) for version in mapped.names())


class FunctionUrl(FunctionPart, aws="lambda:FunctionUrl", native="lambda:Url"):
    """A function URL."""

    function = Field(Props.text, "functionName", "targetFunctionArn")
    qualifier = Field(Props.text, "qualifier")
    authorization = Field(Props.text, "authorizationType", "authType", config_key="urlAuth")
    invoke_mode = Field(Props.text, "invokeMode")
    origins = Field(Props.texts, "cors.allowOrigins")
    credentials = Field(Props.flag, "cors.allowCredentials")

    @property
    def streams(self) -> bool | None:
        """Whether responses are streamed; None where not known."""
        mode = self.invoke_mode.or_default("BUFFERED")
        return {"RESPONSE_STREAM": True, "BUFFERED": False}.get(mode or "")
