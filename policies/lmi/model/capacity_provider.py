"""The capacity provider: what it launches, and where."""

from ..facts.limits import (
    ADAPTER_LAYER_NAMES,
    DEFAULT_ARCHITECTURE,
    MAX_PROVIDER_VCPU,
    MIN_PROVIDER_VCPU,
)
from .access import Props, Reading
from .resource import Field, Named

OWN_LOG_GROUP = "/aws/lambda/capacity-provider/"
"""How the log group begins that Lambda makes for a provider; the provider's name follows."""

_REQUIREMENTS = "instanceRequirements.0"
_SCALING = "capacityProviderScalingConfigs.0"


class CapacityProvider(Named, aws="lambda:CapacityProvider", native="lambda:CapacityProvider"):
    """An LMI capacity provider."""

    ARCHITECTURES = tuple(ADAPTER_LAYER_NAMES)

    own_name = Field(Props.text, "name", "capacityProviderName")
    tags = Field(Props.tags, "tags")
    all_tags = Field(Props.tags, "tagsAll", None)  # with the Pulumi provider's default tags
    region = Field(Props.text, "region")
    subnet_ids = Field(Props.texts, "vpcConfig.subnetIds")
    security_group_ids = Field(Props.texts, "vpcConfig.securityGroupIds")
    operator_role = Field(Props.text, "permissionsConfig.capacityProviderOperatorRoleArn")
    kms_key = Field(Props.text, "kmsKeyArn")
    requirements = Field(Props.nested, _REQUIREMENTS)
    allowed_types = Field(Props.texts, f"{_REQUIREMENTS}.allowedInstanceTypes")
    excluded_types = Field(Props.texts, f"{_REQUIREMENTS}.excludedInstanceTypes")
    architectures = Field(Props.texts, f"{_REQUIREMENTS}.architectures", config_key="architecture")
    scaling = Field(Props.nested, _SCALING)
    max_vcpu = Field(Props.integer, f"{_SCALING}.maxVcpuCount", config_key="maxVcpu")
    scaling_mode = Field(Props.text, f"{_SCALING}.scalingMode")
    scaling_policies = Field(Props.records, f"{_SCALING}.scalingPolicies")
    first_target = Field(
        Props.number, f"{_SCALING}.scalingPolicies.0.targetValue", config_key="cpuTarget"
    )
    propagation = Field(Props.read, None, "propagateTags")
    propagation_mode = Field(Props.text, None, "propagateTags.mode")
    propagated_tags = Field(Props.tags, None, "propagateTags.explicitTags")
    log_level = Field(Props.text, None, "telemetryConfig.loggingConfig.systemLogLevel")
    log_group = Field(Props.text, None, "telemetryConfig.loggingConfig.logGroup")

    @property
    def sound_max_vcpu(self) -> Reading[int]:
        """The vCPU maximum, undecided where CP-19 has something to say about it."""
        return self.max_vcpu.then(
            lambda vcpus: vcpus if MIN_PROVIDER_VCPU <= vcpus <= MAX_PROVIDER_VCPU else None
        )

    @property
    def logs_to(self) -> str | None:
        """The name of its log group; None where not known."""
        if self.is_native and not self.log_group.is_absent:
            return self.log_group.or_none()
        name = self.own_name.or_none()
        return None if name is None else OWN_LOG_GROUP + name

    @property
    def architecture(self) -> str | None:
        """The one architecture, x86_64 without instance requirements; None where not known."""
        if self.requirements.is_present and self.architectures.is_absent:
            return None
        return only_architecture(self.architectures)


def only_architecture(architectures: Reading[tuple[Reading[str], ...]]) -> str | None:
    """Return the one architecture that is given or AWS's default; None where it is undecided."""
    names = architectures.or_default(())
    if names is None:
        return None
    if not names:
        return DEFAULT_ARCHITECTURE
    return names[0].or_none() if len(names) == 1 else None
