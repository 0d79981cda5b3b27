"""All resource classes, and those that stand for each Pulumi type."""

from collections.abc import Iterable, Mapping

from .callers import (
    INVOKERS,
    Distribution,
    EventSourceMapping,
    HttpStage,
    Queue,
    RestApi,
    RestStage,
)
from .capacity_provider import CapacityProvider
from .functions import (
    Alias,
    AsyncInvocation,
    Function,
    FunctionUrl,
    Permission,
    ProvisionedConcurrency,
    ScalingConfig,
    Version,
)
from .general import GENERAL_CLASSES
from .iam import Policy, PolicyAttachment, PolicyAttachments, Role, RolePolicy, RolePolicyAttachment
from .networks import NETWORK_CLASSES
from .resource import Resource

RESOURCE_CLASSES: tuple[type[Resource], ...] = (
    Function,
    CapacityProvider,
    Version,
    ScalingConfig,
    ProvisionedConcurrency,
    Permission,
    Alias,
    FunctionUrl,
    EventSourceMapping,
    Queue,
    *INVOKERS,
    RestApi,
    RestStage,
    HttpStage,
    Distribution,
    Role,
    Policy,
    RolePolicy,
    RolePolicyAttachment,
    PolicyAttachment,
    PolicyAttachments,
    AsyncInvocation,
    *NETWORK_CLASSES,
    *GENERAL_CLASSES,
)


def _by_type(classes: Iterable[type[Resource]]) -> Mapping[str, tuple[type[Resource], ...]]:
    by_type: dict[str, tuple[type[Resource], ...]] = {}
    for class_ in classes:
        for token in class_.tokens():
            by_type[token] = (*by_type.get(token, ()), class_)
    return by_type


CLASSES_OF_TYPE = _by_type(RESOURCE_CLASSES)
"""Classes by Pulumi type; most types are of one class."""
