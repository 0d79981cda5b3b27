"""Reads a stack's settings by the table, and refuses what single settings cannot show.

Every mistake ends the program with one line that says what is set, what is allowed and how to fix
it.
"""

import difflib
import os
import re
from collections.abc import Collection, Iterable
from typing import Any, Final, TypeVar, cast

import pulumi
import pulumi.runtime.config

from ..limits import LOCAL_AWS_ACCOUNT, whole_vcpus
from . import (
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
from .formats import REGION, Entry
from .mistakes import ConfigurationWords, Remove, Set, listing, nearest, refuse, shortened, worded
from .overrides import Values
from .setting import Setting
from .table import SETTINGS

T = TypeVar("T")

_LIKE: Final = 0.8  # how alike a namespace is to a name, of 1, that is meant by it
_NETWORK_KEYS: Final = ("vpcId", "subnetIds", "securityGroupIds")


@worded(ConfigurationWords())
def load_settings() -> Settings:
    """Read the stack's configuration."""
    region = stack_region()
    values = {setting.key: _read(setting, region) for setting in SETTINGS}
    _refuse_unknown(values)
    return settings_of(values, region)


def settings_of(values: Values, region: str) -> Settings:
    """Return the settings that values make together, each as its format reads it."""
    for check in (_check_package, _check_url, _check_bedrock, _check_cors, _check_network):
        check(values)
    _refuse_overridden(values)
    settings = Settings(
        region=region,
        existing_network=_made(ExistingNetwork, values) if values["vpcId"] else None,
        network=_made(NetworkSettings, values),
        capacity=_made(CapacitySettings, values),
        function=_made(FunctionSettings, values),
        scaling=_made(ScalingSettings, values),
        url=UrlSettings(
            **_fields(UrlSettings, values),
            cors=_made(CorsSettings, values) if values["corsOrigins"] else None,
        ),
        api=_made(ApiSettings, values),
        **_fields(Settings, values),
    )
    _check_room_of_schedules(settings)
    return settings


def stack_region() -> str:
    """Return the region that the stack or the environment configures."""
    config = pulumi.Config("aws")
    candidates = {
        config.full_key("region"): config.get("region"),
        **{name: os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")},
    }
    source, region = next(
        ((source, value) for source, value in candidates.items() if value), ("", "")
    )
    if not re.fullmatch(REGION.pattern, region):
        found = (
            f"{source} is {shortened(region)}"
            if region
            else f"none of {listing(candidates)} is set"
        )
        fix = "pulumi config set aws:region us-east-1"
        refuse(found, allowed=REGION.allowed, fix=fix)
    return region


def _read(setting: Setting, region: str) -> object:
    full_key = pulumi.Config().full_key(setting.key)
    # Config.get would warn of a secret, which Entry keeps secret.
    text: str | None = pulumi.runtime.config.get_config(full_key)
    if text is None:
        refuse(
            "is not set, and Pulumi.yaml gives no default",
            path=setting.key,
            allowed="what its description in Pulumi.yaml says",
            fix=Set(setting.key, "VALUE"),
        )
    is_secret = pulumi.runtime.config.is_config_secret(full_key)
    if is_secret and not setting.format.takes_secrets:
        refuse(
            "is marked secret, and the resources that it configures show it",
            path=setting.key,
            allowed="a value in plain text; only values of environment may be secret",
            fix=f"pulumi config rm {setting.key}, then pulumi config set {setting.key} VALUE",
        )
    return setting.format.read(
        Entry(key=setting.key, text=text, is_secret=is_secret, region=region)
    )


def _refuse_unknown(known: Collection[str]) -> None:
    """Refuse a key that is no setting: a misspelt one would silently change nothing."""
    project = pulumi.get_project()
    # pulumi.Config answers only for keys that it is asked for.
    configured: Iterable[str] = pulumi.runtime.config.CONFIG.get()
    for full_key in sorted(configured):
        namespace, _, key = full_key.partition(":")
        if namespace == project and key not in known:
            mistake, allowed = "is set, but there is no such setting", nearest(key, known)
            refuse(mistake, path=key, allowed=allowed, fix=Remove(key))
        # The second is the project's name until pulumi new gives it another.
        if namespace != project and key in known:
            names = (project, "lmi-streaming")
            if difflib.get_close_matches(namespace.lower(), names, cutoff=_LIKE):
                refuse(
                    f"{full_key} is set and would be ignored, because the project is {project}",
                    allowed=f"{project}:{key}",
                    fix=f"pulumi config rm {full_key}, then pulumi config set {key} VALUE",
                )


def _fields(group: type, values: Values) -> dict[str, Any]:
    return {each.field: values[each.key] for each in SETTINGS if each.group is group}


def _made(group: type[T], values: Values) -> T:
    return group(**_fields(group, values))


def _refuse_overridden(values: Values) -> None:
    """Refuse a setting that another one makes meaningless."""
    for setting in SETTINGS:
        if values[setting.key] == setting.default:
            continue
        for override in setting.overrides:
            if override.is_active(values):
                refuse(
                    f"is set and would be ignored, because {override.why}",
                    path=setting.key,
                    allowed="one of the two",
                    fix=(Remove(setting.key), override.remedy),
                )


def _check_package(values: Values) -> None:
    accounts = cast("object", pulumi.Config("aws").get_object("allowedAccountIds"))
    if values["packageFor"] == "host" and accounts != [LOCAL_AWS_ACCOUNT]:
        refuse(
            "is host, and the stack is not one of the local AWS: Lambda may be unable to run what "
            "this machine runs",
            path="packageFor",
            allowed=f"host where aws:allowedAccountIds has {LOCAL_AWS_ACCOUNT} alone",
            fix=Remove("packageFor"),
        )


def _check_url(values: Values) -> None:
    if values["urlAuth"] == "NONE" and not values["urlAuthReason"].strip():
        refuse(
            "is NONE, which opens the front to the internet, and nothing says why",
            path="urlAuth",
            allowed="NONE with its reason, or AWS_IAM",
            fix=(Set("urlAuthReason", "WHY"), Set("urlAuth", "AWS_IAM")),
        )


def _check_bedrock(values: Values) -> None:
    if values["bedrockModel"] and values["urlAuth"] == "NONE" and not values["bedrockOpen"]:
        refuse(
            "is set while urlAuth is NONE, so everybody on the internet could spend the account's "
            "money on the model",
            path="bedrockModel",
            allowed="a model behind AWS_IAM, or bedrockOpen true",
            fix=(Set("urlAuth", "AWS_IAM"), Set("bedrockOpen", "true")),
        )


def _check_cors(values: Values) -> None:
    if values["corsCredentials"] and "*" in values["corsOrigins"]:
        refuse(
            "is true while corsOrigins has '*', so any page that a person opens could call in that "
            "person's name",
            path="corsCredentials",
            allowed="cookies from origins that are named",
            fix=(Remove("corsCredentials"), "name the origins in corsOrigins"),
        )
    if values["corsOrigins"] and (values["front"], values["urlAuth"]) == ("http", "AWS_IAM"):
        refuse(
            "is set while front is http and urlAuth AWS_IAM: the API would ask for a signature of "
            "preflights, which browsers never sign",
            path="corsOrigins",
            allowed="CORS under front url, or under urlAuth NONE",
            fix=(Set("front", "url"), Remove("corsOrigins")),
        )


def _check_network(values: Values) -> None:
    missing = [key for key in _NETWORK_KEYS if not values[key]]
    if missing and len(missing) < len(_NETWORK_KEYS):
        present = [key for key in _NETWORK_KEYS if values[key]]
        refuse(
            f"an existing network is set without {listing(missing)}",
            allowed=f"all of {listing(_NETWORK_KEYS)}, or none",
            fix=("set these too", Remove(*present)),
        )
    if values["capacityProviderArn"] and not missing:
        refuse(
            "is set while capacityProviderArn is, which brings its own network",
            path="vpcId",
            allowed="one of the two",
            fix=(Remove("capacityProviderArn"), Remove(*_NETWORK_KEYS)),
        )


def _check_room_of_schedules(settings: Settings) -> None:
    """Refuse a schedule whose environments do not fit, which the policy pack cannot see."""
    scaling, function = settings.scaling, settings.function
    if settings.capacity_provider_arn or function.memory_gib_per_vcpu < 1:
        return
    vcpus = whole_vcpus(function.memory_mb, function.memory_gib_per_vcpu)
    for schedule in scaling.schedules:
        minimum, _ = scaling.numbers(schedule)
        if minimum * vcpus > settings.capacity.max_vcpu:
            refuse(
                f"schedule {schedule.name} starts {minimum} execution environments of {vcpus} vCPU "
                f"each, and maxVcpu is {settings.capacity.max_vcpu}",
                allowed=f"a minimum of at most {settings.capacity.max_vcpu // vcpus}",
                fix=(
                    Set("maxVcpu", f"{minimum * vcpus}"),
                    f"set a smaller minimum of {schedule.name} in schedules",
                ),
            )
