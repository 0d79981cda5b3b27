"""``StreamingService``: a whole service as one component, for programs in every Pulumi language.

The SDK makes the schema for other languages from the annotations, so they are evaluated here
(docs/facts/pulumi.md#components-for-other-languages).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, cast

import pulumi

from .compose import Application, build_application, compose
from .service import refuse_unfinished
from .settings import Settings
from .settings.arguments import known_part
from .settings.checked import field_types, refuse_unfit, with_checked_outputs
from .settings.formats import REGION, Entry, check_variables
from .settings.loader import settings_of, stack_region
from .settings.mistakes import Remove, Set, Words, nearest, refuse, worded
from .settings.setting import Setting, camel_case
from .settings.table import FORMATS, SETTINGS
from .streaming_service_args import StreamingServiceArgs

_NAME: Final = Setting("name", Settings, "service_name", FORMATS["serviceName"])
_REGION: Final = Setting("region", Settings, "region", REGION)


class StreamingService(pulumi.ComponentResource):
    """A service that streams from Lambda Managed Instances, with all that it needs.

    It packages an application, and runs it on a capacity provider and in a network that it makes
    unless it is given them, behind a function URL or an API.
    """

    url: pulumi.Output[str]
    """Address of the front; ends with a slash."""
    function_name: pulumi.Output[str]
    """Name of the function."""
    alias_arn: pulumi.Output[str]
    """ARN of the alias that the front calls."""
    capacity_provider_arn: pulumi.Output[str]
    """ARN of the capacity provider, which further services can run on."""
    log_group: pulumi.Output[str]
    """Name of the function's log group."""

    def __init__(
        self, name: str, args: StreamingServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        with worded(Words()):
            settings = _settings(name, cast("Mapping[str, Any]", args))
            application = _application(settings, args.get("archive"))
            inputs = {camel_case(argument): value for argument, value in args.items()}
            super().__init__("lmi-streaming:index:StreamingService", name, inputs, opts)
            self._check_region(settings.region)
            composed = compose(settings, application, pulumi.ResourceOptions(parent=self))
        self.url = composed.url
        self.function_name = composed.service.function_name
        self.alias_arn = composed.service.alias_arn
        self.capacity_provider_arn = pulumi.Output.from_input(composed.provider_arn)
        self.log_group = composed.service.log_group_name
        self.register_outputs(
            {
                "url": self.url,
                "functionName": self.function_name,
                "aliasArn": self.alias_arn,
                "capacityProviderArn": self.capacity_provider_arn,
                "logGroup": self.log_group,
            }
        )

    def _check_region(self, region: str) -> None:
        """Refuse another region than that of the default provider, where the stack has one."""
        configured = pulumi.Config("aws").get("region")
        if configured not in (None, region) and self.get_provider("aws:index:Provider") is None:
            refuse(
                f"is {region}, and the AWS provider has aws:region, which is {configured}",
                path="region",
                allowed="the region of the provider",
                fix=(Remove("region"), "give the component a provider of that region"),
            )


def _settings(name: str, args: Mapping[str, Any]) -> Settings:
    known = StreamingServiceArgs.__annotations__
    refuse_unfit(args, Mapping[str, object], "args is ", "{'memory_mb': 4096}")
    refuse_unknown(args.keys() - known.keys(), known)
    given = args.get("region")
    region = stack_region() if given in (None, "") else str(_read(_REGION, given, ""))
    named = {**args, _NAME.field: _read(_NAME, name, region)}
    values = {
        setting.key: setting.default
        if (value := named.get(setting.argument)) is None
        else _read(setting, value, region)
        for setting in SETTINGS
    }
    return settings_of(values, region)


@worded(Words())
def refuse_unknown(unknown: Iterable[str], known: Collection[str]) -> None:
    """Refuse arguments that are not among the known ones, by their names in the same language."""
    for name in sorted(unknown):
        refuse(
            "is no argument of StreamingService",
            path=name,
            allowed=nearest(name, known),
            fix=(Remove(name), "correct its spelling"),
        )


def _read(setting: Setting, value: object, region: str) -> object:
    """Read the known part of a value by its setting's format."""
    # The protocol of providers has one type of number.
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    read, known = plain, known_part(plain)
    if known is not None:
        text = known if isinstance(known, str) else json.dumps(known)
        read = setting.format.read(Entry(key=setting.key, text=text, region=region))
        if isinstance(plain, Mapping):
            check_variables(setting.key, cast("Mapping[str, object]", plain))
            read = {**cast("Mapping[str, object]", plain), **cast("Mapping[str, object]", read)}
        elif isinstance(plain, list | tuple) and known != list(cast("list[object]", plain)):
            read = tuple(cast("list[object]", plain))
    items = ", item by item: [ids[0], ids[1]]" if setting.format.TYPE == "array" else ""
    type_ = field_types(setting.group)[setting.field]
    refuse_unfit(read, type_, "is ", f"give such a value{items}", setting.key)
    return with_checked_outputs(read, type_, f"{setting.key} is ", "give such a value")


def _application(settings: Settings, archive: pulumi.Input[pulumi.Archive] | None) -> Application:
    if archive is None:
        return build_application(settings)
    types = field_types(StreamingServiceArgs)["archive"] | str
    refuse_unfit(archive, types, "is ", "give a FileArchive", "archive")
    refuse_unfinished(archive, Set("appFolder", "the folder, which is then packaged"))
    if settings.app_folder != Settings.app_folder:
        refuse(
            "is set and would be ignored, because archive is set, which is packaged already",
            path="appFolder",
            allowed="one of the two",
            fix=(Remove("appFolder"), Remove("archive")),
        )
    return Application(settings.architecture, archive)
