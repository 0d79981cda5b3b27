"""What a stack may set: the classes that components take, and the table that stacks are read by.

A setting is a field of a class in ``classes`` or ``scaling``, whose default and description it has,
and a row of ``table.SETTINGS``. ``Pulumi.yaml`` and ``docs/settings.md`` are generated from both.
"""

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
from .scaling import ScalingSettings, Schedule

__all__ = [
    "ApiDocs",
    "ApiSettings",
    "Architecture",
    "CapacitySettings",
    "CorsSettings",
    "Dependencies",
    "ExistingNetwork",
    "FrontKind",
    "FunctionSettings",
    "LogLevel",
    "NetworkSettings",
    "OperatorPolicy",
    "PackageFor",
    "Publishing",
    "Runtime",
    "ScalingMode",
    "ScalingSettings",
    "Schedule",
    "Settings",
    "UrlAuth",
    "UrlSettings",
]
