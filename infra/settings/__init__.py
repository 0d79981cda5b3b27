"""What a stack may set: the classes that components take, and the table that stacks are read by.

A setting is a field of a class in ``classes``, whose default and description it has; ``table`` adds
its format. ``Pulumi.yaml`` and ``docs/settings.md`` are generated from both.
"""

from .classes import (
    ApiDocs as ApiDocs,
    ApiSettings as ApiSettings,
    Architecture as Architecture,
    CapacitySettings as CapacitySettings,
    CorsSettings as CorsSettings,
    Dependencies as Dependencies,
    ExistingNetwork as ExistingNetwork,
    FrontKind as FrontKind,
    FunctionSettings as FunctionSettings,
    LogLevel as LogLevel,
    NetworkSettings as NetworkSettings,
    OperatorPolicy as OperatorPolicy,
    PackageFor as PackageFor,
    Publishing as Publishing,
    Runtime as Runtime,
    ScalingMode as ScalingMode,
    ScalingSettings as ScalingSettings,
    Schedule as Schedule,
    Settings as Settings,
    UrlAuth as UrlAuth,
    UrlSettings as UrlSettings,
)
